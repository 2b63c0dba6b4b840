//! How designers name things: the beginnings of words in classes and ids, by what they say.
//!
//! Collected from the themes of the common publishing and forum software, and from the sites of newspapers. Where a pattern ends in `$`, the word ends there too (or with a plural's s).

use super::names::Purposes;

/// Patterns of each purpose, with white space between them.
pub(super) const PATTERNS: &[(Purposes, &str)] = &[
    (
        Purposes::COMMENTS,
        "comment disqus fb-comments fbcomments livefyre replies respond$",
    ),
    (
        Purposes::SHARING,
        "a2a$ a2a_ addthis addtoany follow-button follow-us followus share$ shareaholic sharebar sharebutton \
         sharedaddy sharethis sharetool sharing social ssba st-btn",
    ),
    (
        Purposes::ADVERTISEMENT,
        "ad$ ad- ad_ adbox ads$ adsbygoogle adslot adunit advert adwrap dfp dianomi google-ad gpt-ad outbrain \
         promo$ promobox promotion sponsor taboola teads zergnet",
    ),
    (
        Purposes::NAVIGATION,
        "breadcrumb crumbs jump-link mainnav megamenu menu nav$ nav- nav_ navbar navigation navmenu pagenav \
         pager$ pagination paging prev-next prevnext sidenav sitemap skip-link skip-to skiplink subnav topnav",
    ),
    (
        Purposes::RELATED,
        "also-like cross-sell crosssell dont-miss editors-pick further-reading keep-reading latest \
         more-articles more-from more-news more-on more-stories morestories most-read most-viewed mostpopular \
         mostread next-article next-post popular prev-post read-also read-more read-next readalso readmore \
         readnext recent- recent_ recently recentpost recirc recommend related see-also similar suggested \
         suggestion teaser$ trending up-sell upsell you-may youmay",
    ),
    (
        Purposes::SUBSCRIPTION,
        "call-to-action calltoaction cta$ donat email-form emailsignup hs-form hubspot-form lead-form \
         leadform mailchimp mc_embed newsletter opt-in optin paywall sign-up signup subscri",
    ),
    (
        Purposes::SIDEBAR,
        "aside complementary rail$ right-rail side-bar sidebar sidecol widget",
    ),
    (
        Purposes::FOOTER,
        "bottom-bar bottombar colophon copyright foot$ footer site-info siteinfo",
    ),
    (
        Purposes::HEADER,
        "branding hdr- hdr_ header$ logo$ masthead site-header siteheader toolbar top-bar topbar",
    ),
    (
        Purposes::CONSENT,
        "age-gate agegate cc-banner cc-window ccpa cmp$ consent cookie didomi gdpr onetrust privacy-banner \
         qc-cmp truste",
    ),
    (
        Purposes::OVERLAY,
        "cart-drawer dialog drawer flyout lightbox login mini-cart minicart modal off-canvas offcanvas \
         overlay pop-up popup search-form searchform sign-in signin toast tooltip",
    ),
    (
        Purposes::HIDDEN,
        "assistive is-hidden js-hidden mathjax_preview no-print noprint print-only screen-reader screenreader \
         sr-only u-hidden visible-print visually-hidden visuallyhidden",
    ),
    (
        Purposes::BYLINE,
        "article-date article-header-meta article-info article-meta articlemeta byline contributor date$ \
         dates$ datetime entry-date entry-meta last-updated meta$ metadata post-date post-details \
         post-info post-meta posted-on postedon postmeta pubdate publish-date published read-time \
         reading-time readtime story-meta timestamp",
    ),
    (
        Purposes::BYLINE,
        "dek$ deck$ standfirst strapline sub-headline subheadline subtitle",
    ),
    (
        Purposes::AUTHOR_BOX,
        "about-the author bio$ biography profile-card",
    ),
    (
        Purposes::TAGS,
        "article-tags cat-links categories entry-tag filed-under keywords post-tag tag-cloud tag-links \
         tag-list tagcloud taglist tags$ tags-links taxonomy topics",
    ),
    (
        Purposes::CAPTION,
        "caption credit$ figcaption image-caption image-credit imagecredit photo-credit photo-info \
         photocredit wp-caption",
    ),
    (
        Purposes::GALLERY,
        "carousel gallery photo-list slide-show slideshow",
    ),
    (
        Purposes::CONTENTS,
        "ez-toc on-this-page table-of-contents tableofcontents toc$ toc- toc_",
    ),
    (
        Purposes::ARTICLE,
        "article-body article-content article-copy article-detail article-entry article-main article-text \
         article__body article__content article__copy article__text article_body article_content article_text \
         articlebody articlecontent articledetail articlepage-body articletext available-content blog-body \
         blog-content blog-post-body blog-post-content blog_post_body blogpost-body body-copy body-text \
         body__content bodycopy bodytext c-entry-content content-body content__body contentbody detail-body \
         detail-content entry-body entry-content entry-text entry__content entry_content entrybody \
         entrycontent field--name-body field-name-body instapaper_body l-article__body main-text maintext \
         markdown-body mw-parser-output news-body news-content news-text newstext node-body pf-content \
         post-body post-content post-entry post-text post__body post__content post_body post_content \
         postarticle postbody postcontent prose$ rich-text richtext section-content single-content \
         single-post-content story-body story-content story-text story__body story__content story_body \
         storybody storytext td-post-content text-body text-content theme-content wysiwyg",
    ),
    (
        Purposes::CONTENT,
        "article blog body content entry hentry main page post product story text",
    ),
    (
        Purposes::MESSAGE,
        "answer$ crawler-post forum-post message$ post-message reply$ topic-post",
    ),
];
