//! Lines that announce what leads away from a text, in the languages that the web is mostly written in.

/// Such lines in lower case, without the marks behind them.
const ANNOUNCEMENTS: &[&str] = &[
    "a lire aussi",
    "about author",
    "about the author",
    "about the authors",
    "about the writer",
    "about this author",
    "add a comment",
    "add comment",
    "add your comment",
    "advertisement",
    "advertising",
    "also on",
    "also read",
    "around the web",
    "article continues after advertisement",
    "article continues below",
    "article continues below advertisement",
    "articles liés",
    "articoli correlati",
    "artículos relacionados",
    "auch interessant",
    "baca juga",
    "comentarios",
    "comment",
    "commentaires",
    "commenti",
    "comments",
    "comments are closed",
    "connect with us",
    "continue reading below",
    "continue reading the main story",
    "czytaj także",
    "czytaj też",
    "dans la même rubrique",
    "das könnte sie auch interessieren",
    "don't miss",
    "editor's picks",
    "editors' picks",
    "explore more",
    "featured articles",
    "filed under",
    "follow us",
    "follow us on",
    "from around the web",
    "from our partners",
    "from the web",
    "further reading",
    "get our newsletter",
    "get the newsletter",
    "ilgili haberler",
    "join the conversation",
    "join the discussion",
    "keep reading",
    "komentarze",
    "kommentare",
    "latest articles",
    "latest news",
    "latest posts",
    "latest stories",
    "le puede interesar",
    "lea también",
    "leave a comment",
    "leave a reply",
    "lee también",
    "lees meer",
    "lees ook",
    "leggi anche",
    "leia mais",
    "leia também",
    "les mer",
    "les også",
    "lesen sie auch",
    "lire aussi",
    "load comments",
    "lue myös",
    "läs mer",
    "läs också",
    "læs også",
    "meer nieuws",
    "meet the author",
    "mehr zum thema",
    "more about",
    "more by this author",
    "more from",
    "more from the web",
    "more from this author",
    "more headlines",
    "more in this section",
    "more like this",
    "more news",
    "more on this story",
    "more on this topic",
    "more stories",
    "more to explore",
    "most commented",
    "most popular",
    "most read",
    "most shared",
    "most viewed",
    "must read",
    "must reads",
    "must-read",
    "más información",
    "más noticias",
    "newsletter",
    "next article",
    "next post",
    "next story",
    "next up",
    "no comments",
    "no comments yet",
    "noticias relacionadas",
    "notícias relacionadas",
    "other articles",
    "other news",
    "other stories",
    "popular",
    "popular posts",
    "popular stories",
    "post a comment",
    "post comment",
    "post navigation",
    "potrebbe interessarti",
    "previous article",
    "previous post",
    "previous story",
    "przeczytaj także",
    "přečtěte si také",
    "reacties",
    "read also",
    "read comments",
    "read more",
    "read more about",
    "read more on this",
    "read more stories",
    "read next",
    "recent articles",
    "recent comments",
    "recent news",
    "recent posts",
    "recent stories",
    "recommended",
    "recommended articles",
    "recommended for you",
    "recommended reading",
    "recommended stories",
    "recommended videos",
    "related",
    "related articles",
    "related content",
    "related coverage",
    "related links",
    "related news",
    "related posts",
    "related reading",
    "related stories",
    "related story",
    "related topics",
    "related video",
    "related videos",
    "see also",
    "share",
    "share this",
    "share this article",
    "share this page",
    "share this post",
    "share this story",
    "show comments",
    "sign up for our newsletter",
    "similar articles",
    "similar posts",
    "similar stories",
    "související články",
    "sponsored",
    "sponsored content",
    "stay connected",
    "story continues",
    "story continues below",
    "story continues below advertisement",
    "subscribe",
    "subscribe now",
    "subscribe to our newsletter",
    "suggested articles",
    "sur le même sujet",
    "tagged",
    "tags",
    "también te puede interesar",
    "te puede interesar",
    "ti potrebbe interessare",
    "tin liên quan",
    "top news",
    "top stories",
    "topics",
    "trending",
    "trending now",
    "up next",
    "veja também",
    "ver también",
    "verwandte artikel",
    "view comments",
    "voir aussi",
    "watch more",
    "weitere artikel",
    "what to read next",
    "what's next",
    "yorumlar",
    "you may also be interested in",
    "you may also enjoy",
    "you may also like",
    "you may like",
    "you might also like",
    "you might be interested in",
    "you might like",
    "zobacz także",
    "zobacz też",
    "à lire aussi",
    "à lire également",
    "ähnliche artikel",
    "čtěte také",
    "комментарии",
    "материалы по теме",
    "по теме",
    "смотрите также",
    "читайте также",
    "اقرأ أيضا",
    "اقرأ أيضاً",
    "مواضيع ذات صلة",
    "ข่าวที่เกี่ยวข้อง",
    "เรื่องที่เกี่ยวข้อง",
    "あわせて読みたい",
    "このニュースをシェア",
    "延伸閱讀",
    "延伸阅读",
    "推荐阅读",
    "相关文章",
    "相关新闻",
    "相关阅读",
    "相關新聞",
    "関連ニュース",
    "関連記事",
    "관련 기사",
    "관련기사",
];

/// Bytes of the longest.
const LONGEST: usize = 60;

/// How headings begin that announce: a name follows.
const HEADINGS: &[&str] = &[
    "latest from ",
    "latest in ",
    "more by ",
    "more from ",
    "more in ",
    "more on ",
    "more stories ",
];

/// How a line begins that ends in a colon and introduces what is elsewhere.
const INTRODUCTIONS: &[&str] = &["also ", "latest ", "more ", "read ", "related ", "see ", "watch "];

/// Whether a line is nothing but an announcement, with marks around it or a number of things (`12 comments`).
pub(super) fn announces(line: &str) -> bool {
    let bare = line.trim_matches(|letter: char| !letter.is_alphabetic());
    if bare.len() > LONGEST || bare.is_empty() {
        return false;
    }
    let mut lower = bare.to_lowercase();
    if lower.contains('\u{2019}') {
        lower = lower.replace('\u{2019}', "'");
    }
    ANNOUNCEMENTS.binary_search(&lower.as_str()).is_ok()
}

/// Whether a heading begins like an announcement; what follows it must tell.
pub(super) fn may_announce(heading: &str) -> bool {
    begins(heading, HEADINGS)
}

/// Whether a line that ends in a colon introduces links to other texts, and no part of this one.
pub(super) fn introduces_others(line: &str) -> bool {
    announces(line) || begins(line, INTRODUCTIONS)
}

fn begins(line: &str, beginnings: &[&str]) -> bool {
    let line = line.trim_start().to_lowercase();
    beginnings.iter().any(|beginning| line.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn announcements_are_sorted_and_in_lower_case() {
        assert!(ANNOUNCEMENTS.is_sorted());
        for line in ANNOUNCEMENTS {
            assert_eq!(*line, line.to_lowercase());
            assert!(line.len() <= LONGEST, "{line}");
        }
    }

    #[test]
    fn announcements_are_known_with_what_stands_around_them() {
        for line in [
            "Related articles:",
            "12 Comments",
            "Comments (3)",
            "» Read more…",
            "You may also like",
            "À lire aussi :",
        ] {
            assert!(announces(line), "{line}");
        }
        for line in ["Related work", "He comments", "Read more books", ""] {
            assert!(!announces(line), "{line}");
        }
        assert!(may_announce("More from The Mill") && !may_announce("More mills than ever"));
        assert!(introduces_others("More games news:") && !introduces_others("The best books on it are:"));
    }
}
