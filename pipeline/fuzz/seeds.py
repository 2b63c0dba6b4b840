#!/usr/bin/env python3
"""Writes seeds/: small sound files, and a few broken ones, of every kind that the targets read.

Needs Python 3.9 and the zstd command. The same files on every run, but for the versions of compressors.
"""
import bz2, gzip, io, lzma, pathlib, subprocess, tarfile, zipfile, zlib

HERE = pathlib.Path(__file__).parent / "seeds"


def put(target, name, content):
    folder = HERE / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def zstd(content):
    return subprocess.run(["zstd", "-q", "-c"], input=content, stdout=subprocess.PIPE, check=True).stdout


def packed(content):
    return gzip.compress(content, mtime=0)


def brotli(content):
    """One block that is stored as it is: RFC 7932, section 9.2."""
    return ((len(content) - 1) << 4 | 1 << 20).to_bytes(3, "little") + content + b"\x03"


def chunked(content, size=40):
    parts = [content[at : at + size] for at in range(0, len(content), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The weir | The Ferry Post</title>
<meta name="author" content="Ida Birk"><meta property="article:published_time" content="2021-05-04T10:00:00Z">
<link rel="canonical" href="https://example.org/weir"></head><body>
<nav class="menu"><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>
<main><article><h1>The weir</h1><p>The water stood so high in spring that nobody crossed at the weir for a week, and
the miller let the wheel stand still.</p><ul><li>flour<ul><li>rye</li></ul></li><li>oats</li></ul>
<table><tr><th>Year</th><th>Feet</th></tr><tr><td>1901</td><td>7</td></tr></table>
<pre><code class="language-python">print(7)
</code></pre><blockquote>It is said that it was higher once.</blockquote><p>Read <a href="/b">the rest</a> &amp; more&hellip;</p>
</article></main><aside class="related"><h2>Related</h2><a href="/c">Another</a></aside>
<footer>&copy; 2021 The Ferry Post</footer></body></html>"""


def html():
    put("html", "article", PAGE)
    put("html", "latin", '<meta charset=windows-1252><p>Gr\xf6\xdfe und \xdcberma\xdf der M\xfchle am Wehr</p>'.encode("latin-1"))
    put("html", "utf16", "\ufeff<p>Text of two bytes a character.</p>".encode("utf-16-le"))
    put("html", "tables", "<table><tr><td><table><tr><td>a<td>b<tr><td colspan=2>c</table><td rowspan=9>d</table><p>e")
    put("html", "open", "<p>One<ul><li>two<b><i>three</b></i><a>four<a>five<svg><p>six<math><mi>x</mi></math><select><option>a")
    put("html", "script", "<script>var a='</p>';</script><style>p{}</style><!-- a --><noscript><p>none</p></noscript><p>Text<textarea></p>")
    put("html", "data", '<script type="application/ld+json">{"@graph":[{"@type":"Article","author":{"name":"A"},"datePublished":"2020-01-02","headline":"T"}]}</script><article><p>Some text of an article.</p></article>')
    put("html", "mathematics", '<p>So <math><mfrac><mi>a</mi><mn>2</mn></mfrac><annotation encoding="application/x-tex">\\frac{a}{2}</annotation></math> and <span class="katex">x</span> <sub>2</sub></p><dl><dt>t<dd>d</dl><ol start=3><li>a</ol>')
    put("html", "forum", '<div class="post"><div class="author">a</div><div class="content">First message of a thread.</div></div>' * 3 + '<div class="comments"><p>Nice</p></div><div class="cookie-consent">We use cookies</div>')
    put("html", "deep", "<div>" * 60 + "text" + "</div>" * 60)
    put("html", "entities", "<p>&#x41;&#65;&notit;&#0;&#x110000;&#xD800;&amp;amp;&CounterClockwiseContourIntegral; a&lt</p>")
    put("html", "gzip", packed(PAGE.encode()))


def record(kind="response", block=None, version="1.0", extra=""):
    if block is None:
        page = b"<html><title>t</title><p>The text of the page, which is short.</p></html>"
        block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(page), page)
    head = (
        f"WARC/{version}\r\nWARC-Type: {kind}\r\nWARC-Target-URI: http://a.example/\r\n"
        f"WARC-Date: 2021-05-04T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:0>\r\n{extra}Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def warc():
    text = record("conversion", b"A text.", extra="Content-Type: text/plain\r\n")
    info = record("warcinfo", b"software: a\r\n", "1.1", "Content-Type: application/warc-fields\r\n")
    three = info + record() + text
    resource = record("resource", b"<p>A page of a file system.</p>", "1.1", "Content-Type: text/html\r\n")
    put("warc", "three", three)
    put("warc", "resource", resource + record("revisit", b"") + record("request", b"GET / HTTP/1.1\r\n\r\n"))
    put("warc", "members", b"".join(packed(part) for part in (info, record(), resource)))
    put("warc", "whole", packed(three))
    put("warc", "frames", zstd(info) + zstd(record()))
    dictionary = zstd(three)
    put("warc", "dictionary", b"\x5d\x2a\x4d\x18" + len(dictionary).to_bytes(4, "little") + dictionary + zstd(record()))
    put("warc", "bzip2", bz2.compress(three))
    put("warc", "xz", lzma.compress(three))
    put("warc", "pieces", b"\xff" + b"\xff".join([info, record(), resource]))
    put("warc", "long", record().replace(b"Content-Length: ", b"Content-Length: 9", 1) + record())
    put("warc", "short", record().replace(b"WARC/1.0\r\n", b"WARC/1.0\n", 1)[:-30] + record())
    page = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Page of an old archive.</p>"
    arc = b"filedesc://a.arc 0.0.0.0 19960923142103 text/plain 76\n1 0 Internet Archive\nURL IP-address Archive-date Content-type Archive-length\n\n"
    put("warc", "arc", arc + b"http://a.example/ 1.2.3.4 19961104142103 text/html %d\n%s\n" % (len(page), page))


def http_body():
    page = PAGE.encode()[:900]
    kind = b"Content-Type: text/html; charset=utf-8\r\n"
    put("http_body", "plain", kind + b"\r\n" + page)
    put("http_body", "chunked", kind + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(page[:300]))
    deflated = zlib.compress(page)
    for name, body in [("gzip", packed(page)), ("deflate", deflated), ("deflate", deflated[2:-4]), ("br", brotli(page)), ("zstd", zstd(page))]:
        head = kind + b"Content-Encoding: " + name.encode() + b"\r\n"
        put("http_body", f"{name}-{len(body)}", head + b"\r\n" + body)
        put("http_body", f"{name}-chunked-{len(body)}", head + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(body, 200))
    put("http_body", "two", kind + b"Content-Encoding: gzip, br\r\nContent-Length: 5\r\n\r\n" + brotli(packed(page)))
    put("http_body", "folded", b"Content-Type: text/html;\r\n charset=\"shift_jis\"\r\nX: a\n\n" + "<p>水車小屋</p>".encode("shift_jis"))
    put("http_body", "text", b"Content-Type: text/plain\r\n\r\nNo page.")
    put("http_body", "xhtml", b"Content-Type: application/xhtml+xml\r\n\r\n<?xml version='1.0' encoding='iso-8859-1'?><html><p>\xe4\xf6</p></html>")


CONTAINER = "<?xml version='1.0'?><container><rootfiles><rootfile full-path='content.opf' media-type='application/oebps-package+xml'/></rootfiles></container>"
PACKAGE = """<package unique-identifier='id' version='3.0'><metadata><dc:title>The Weir House</dc:title><dc:creator>Ida Birk</dc:creator>
<dc:language>en</dc:language><dc:date>1901-05-04</dc:date><dc:identifier id='id'>urn:isbn:9780000000002</dc:identifier></metadata>
<manifest><item id='a' href='one.xhtml' media-type='application/xhtml+xml'/><item id='b' href='two.xhtml' media-type='application/xhtml+xml'/>
<item id='n' href='nav.xhtml' properties='nav' media-type='application/xhtml+xml'/><item id='t' href='toc.ncx' media-type='application/x-dtbncx+xml'/></manifest>
<spine toc='t'><itemref idref='a'/><itemref idref='b' linear='no'/><itemref idref='n'/></spine><guide><reference type='cover' href='two.xhtml'/></guide></package>"""
CHAPTER = "<?xml version='1.0'?><!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'><head><title/></head><body><h1>One</h1><p>Text &amp; more.<br/>Line<sup>1</sup></p></body></html>"
NAV = "<html><body><nav epub:type='toc'><ol><li><a href='one.xhtml'>One</a></li></ol></nav></body></html>"
NCX = "<ncx><navMap><navPoint><content src='one.xhtml'/></navPoint></navMap></ncx>"
PROTECTION = "<encryption><EncryptedData><EncryptionMethod Algorithm='http://www.idpf.org/2008/embedding'/><CipherData><CipherReference URI='a.otf'/></CipherData></EncryptedData></encryption>"


def zipped(files, method=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = method
            archive.writestr(entry, content)
    return target.getvalue()


def epub():
    pages = [CONTAINER, PACKAGE, CHAPTER, CHAPTER.replace("One", "Two"), NAV, NCX, PROTECTION]
    names = ["META-INF/container.xml", "content.opf", "one.xhtml", "two.xhtml", "nav.xhtml", "toc.ncx", "META-INF/encryption.xml"]
    joined = lambda count: b"\xff".join(page.encode() for page in pages[:count])
    put("epub", "pieces", joined(4))
    put("epub", "pieces-all", joined(7))
    put("epub", "entities", joined(2) + b"\xff" + b"<!DOCTYPE html [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]><html><body><p>&b;&nbsp;</p></body></html>")
    files = [("mimetype", "application/epub+zip"), *zip(names, pages)]
    put("epub", "deflated.epub", zipped(files[:4]))
    put("epub", "stored.epub", zipped(files[:4], zipfile.ZIP_STORED))
    put("epub", "protected.epub", zipped([files[1], files[7]]))


def tarred(files, format):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=format) as archive:
        for name, content in files:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            if content is LINK:
                entry.type, entry.linkname, entry.size = tarfile.SYMTYPE, "a.py", 0
            archive.addfile(entry, io.BytesIO(content))
    return target.getvalue().rstrip(b"\0") + bytes(1024)


LINK = b"link"


def archive():
    files = [("p/LICENSE", b"MIT License\n\nPermission is hereby granted, free of charge"), ("p/a.py", b"# SPDX-License-Identifier: MIT\nx = 1\n"), ("p/b.html", b"<p>A page.</p>"), ("p/c.txt", b"A text.")]
    put("archive", "ustar", tarred(files[:3], tarfile.USTAR_FORMAT))
    put("archive", "pax", tarred([("a" * 120 + "/\u00e4.py", b"x = 1"), files[1]], tarfile.PAX_FORMAT))
    put("archive", "gnu", tarred([("b" * 120 + "/a.py", b"x = 1"), ("p/l", LINK)], tarfile.GNU_FORMAT))
    whole = tarred(files, tarfile.USTAR_FORMAT)
    for name, content in [("gzip", packed(whole)), ("zstd", zstd(whole)), ("bzip2", bz2.compress(whole)), ("xz", lzma.compress(whole))]:
        put("archive", name, content)
    put("archive", "deflated.zip", zipped(files))
    put("archive", "stored.zip", zipped([*files, ("../up.py", b"x"), ("/root.py", b"x"), ("p/folder/", b"")], zipfile.ZIP_STORED))
    put("archive", "begins-with-a-program", b"MZ" + zipped(files[:2]))
    streamed = io.BytesIO()
    streamed.seekable = lambda: False
    with zipfile.ZipFile(streamed, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr(zipfile.ZipInfo("a.py"), b"x = 1\n")
    put("archive", "streamed.zip", streamed.getvalue())


def notebook():
    put("notebook", "four", """{"cells":[{"cell_type":"markdown","metadata":{},"source":["# Title\\n","text ```"]},{"cell_type":"code","execution_count":1,"source":"x = 1\\nprint(x)","outputs":[{"output_type":"stream","text":["1"]}]},{"cell_type":"raw","source":[]}],"metadata":{"kernelspec":{"name":"python3","language":"python"},"language_info":{"name":"python"}},"nbformat":4,"nbformat_minor":5}""")
    put("notebook", "three", """{"worksheets":[{"cells":[{"cell_type":"heading","level":2,"source":"T"},{"cell_type":"code","input":["a\\n"],"language":"julia"}]}],"metadata":{"name":""},"nbformat":3}""")
    put("notebook", "odd", """{"cells":[{"cell_type":"code","source":{"a":[[[1e999,null,"\\ud83d\\ude00"]]]}}],"metadata":{"language":"R"}}""")


for write in (html, warc, http_body, epub, archive, notebook):
    write()
