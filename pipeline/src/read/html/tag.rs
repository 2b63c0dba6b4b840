//! The elements of HTML, as far as they are told apart.

/// What an element is. Names that are not listed are [`Tag::Other`], which is taken for a block, as custom elements
/// mostly are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(super) enum Tag {
    /// Not an element: a run of text.
    Text,
    /// The root.
    Document,
    Other,
    A,
    Address,
    Article,
    Aside,
    Audio,
    Blockquote,
    Body,
    Br,
    Button,
    Canvas,
    Caption,
    Code,
    Dd,
    Details,
    Dialog,
    Div,
    Dl,
    Dt,
    Embed,
    Fieldset,
    Figcaption,
    Figure,
    Footer,
    Form,
    H1,
    H2,
    H3,
    H4,
    H5,
    H6,
    Head,
    Header,
    Hr,
    Html,
    Iframe,
    Img,
    Input,
    Label,
    Li,
    Link,
    Main,
    Math,
    Menu,
    Meta,
    Nav,
    Noscript,
    Object,
    Ol,
    Option,
    P,
    Pre,
    /// The reading of what stands before it in [`Tag::Ruby`], and the brackets around it.
    Rt,
    Ruby,
    Script,
    Section,
    Select,
    Source,
    Span,
    Style,
    Summary,
    Svg,
    Table,
    Tbody,
    Td,
    Template,
    Textarea,
    Time,
    Title,
    Tr,
    Ul,
    Video,
}

/// How many kinds there are.
pub(super) const TAGS: usize = Tag::Video as usize + 1;

/// What a tag's name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// An element that is kept in the tree.
    Kept(Tag),
    /// Formatting inside of a line: its tags are passed over, its text belongs to what is around it.
    Formatting,
    /// An element without content that tells nothing.
    Nothing,
}

/// The longest name that is told apart.
const LONGEST_NAME: usize = 10;

impl Tag {
    /// The tag of a name in any case.
    pub(super) fn named(name: &[u8]) -> Named {
        let mut lower = [0; LONGEST_NAME];
        let Some(lower) = lower.get_mut(..name.len()) else {
            return Named::Kept(Self::Other);
        };
        lower.copy_from_slice(name);
        lower.make_ascii_lowercase();
        let tag = match &*lower {
            b"a" => Self::A,
            b"div" => Self::Div,
            b"span" => Self::Span,
            b"li" => Self::Li,
            b"p" => Self::P,
            b"abbr" | b"acronym" | b"b" | b"bdi" | b"bdo" | b"big" | b"cite" | b"data" | b"del" | b"dfn"
            | b"em" | b"font" | b"i" | b"ins" | b"kbd" | b"mark" | b"nobr" | b"q" | b"s" | b"samp"
            | b"small" | b"strike" | b"strong" | b"sub" | b"sup" | b"tt" | b"u" | b"var" => {
                return Named::Formatting;
            }
            b"area" | b"base" | b"col" | b"param" | b"track" | b"wbr" => return Named::Nothing,
            b"address" => Self::Address,
            b"article" => Self::Article,
            b"aside" => Self::Aside,
            b"audio" => Self::Audio,
            b"blockquote" => Self::Blockquote,
            b"body" => Self::Body,
            b"br" => Self::Br,
            b"button" => Self::Button,
            b"canvas" => Self::Canvas,
            b"caption" => Self::Caption,
            b"code" => Self::Code,
            b"dd" => Self::Dd,
            b"details" => Self::Details,
            b"dialog" => Self::Dialog,
            b"dl" => Self::Dl,
            b"dt" => Self::Dt,
            b"embed" => Self::Embed,
            b"fieldset" => Self::Fieldset,
            b"figcaption" => Self::Figcaption,
            b"figure" => Self::Figure,
            b"footer" => Self::Footer,
            b"form" => Self::Form,
            b"h1" => Self::H1,
            b"h2" => Self::H2,
            b"h3" => Self::H3,
            b"h4" => Self::H4,
            b"h5" => Self::H5,
            b"h6" => Self::H6,
            b"head" => Self::Head,
            b"header" => Self::Header,
            b"hr" => Self::Hr,
            b"html" => Self::Html,
            b"iframe" | b"noembed" | b"noframes" => Self::Iframe,
            b"img" | b"image" => Self::Img,
            b"input" => Self::Input,
            b"label" => Self::Label,
            b"link" => Self::Link,
            b"main" => Self::Main,
            b"math" => Self::Math,
            b"menu" => Self::Menu,
            b"meta" => Self::Meta,
            b"nav" => Self::Nav,
            b"noscript" => Self::Noscript,
            b"object" | b"applet" => Self::Object,
            b"ol" => Self::Ol,
            b"option" | b"optgroup" => Self::Option,
            b"pre" | b"listing" | b"xmp" => Self::Pre,
            b"rt" | b"rtc" | b"rp" => Self::Rt,
            b"ruby" => Self::Ruby,
            b"script" => Self::Script,
            b"section" => Self::Section,
            b"select" | b"datalist" => Self::Select,
            b"source" => Self::Source,
            b"style" => Self::Style,
            b"summary" => Self::Summary,
            b"svg" => Self::Svg,
            b"table" => Self::Table,
            b"tbody" | b"thead" | b"tfoot" => Self::Tbody,
            b"td" | b"th" => Self::Td,
            b"template" => Self::Template,
            b"textarea" => Self::Textarea,
            b"time" => Self::Time,
            b"title" => Self::Title,
            b"tr" => Self::Tr,
            b"ul" | b"dir" => Self::Ul,
            b"video" => Self::Video,
            _ => Self::Other,
        };
        Named::Kept(tag)
    }

    /// Whether it never has content.
    pub(super) fn is_void(self) -> bool {
        matches!(
            self,
            Self::Br
                | Self::Embed
                | Self::Hr
                | Self::Img
                | Self::Input
                | Self::Link
                | Self::Meta
                | Self::Source
        )
    }

    /// Whether its content is text up to its end tag, whatever it looks like.
    pub(super) fn is_raw(self) -> bool {
        matches!(
            self,
            Self::Script | Self::Style | Self::Textarea | Self::Title | Self::Iframe
        )
    }

    /// Whether it stands inside of a line and does not end one.
    pub(super) fn is_inline(self) -> bool {
        matches!(
            self,
            Self::Text
                | Self::A
                | Self::Button
                | Self::Code
                | Self::Img
                | Self::Input
                | Self::Label
                | Self::Math
                | Self::Object
                | Self::Rt
                | Self::Ruby
                | Self::Select
                | Self::Span
                | Self::Svg
                | Self::Time
        )
    }

    /// Whether it is a heading.
    pub(super) fn is_heading(self) -> bool {
        matches!(
            self,
            Self::H1 | Self::H2 | Self::H3 | Self::H4 | Self::H5 | Self::H6
        )
    }

    /// Whether its start ends a paragraph (the HTML standard, "in body" insertion mode).
    pub(super) fn ends_paragraph(self) -> bool {
        matches!(
            self,
            Self::Address
                | Self::Article
                | Self::Aside
                | Self::Blockquote
                | Self::Dd
                | Self::Details
                | Self::Dialog
                | Self::Div
                | Self::Dl
                | Self::Dt
                | Self::Fieldset
                | Self::Figcaption
                | Self::Figure
                | Self::Footer
                | Self::Form
                | Self::Header
                | Self::Hr
                | Self::Li
                | Self::Main
                | Self::Menu
                | Self::Nav
                | Self::Ol
                | Self::P
                | Self::Pre
                | Self::Section
                | Self::Summary
                | Self::Table
                | Self::Ul
        ) || self.is_heading()
    }

    /// Whether the search for an open element to end stops at it (the standard's "scope").
    pub(super) fn bounds_scope(self) -> bool {
        matches!(
            self,
            Self::Document
                | Self::Html
                | Self::Caption
                | Self::Table
                | Self::Td
                | Self::Object
                | Self::Template
        )
    }

    /// Whether its end tag ends whatever is open inside of it.
    pub(super) fn ends_all_inside(self) -> bool {
        matches!(
            self,
            Self::Math
                | Self::Ruby
                | Self::Svg
                | Self::Table
                | Self::Tbody
                | Self::Td
                | Self::Template
                | Self::Tr
        )
    }
}
