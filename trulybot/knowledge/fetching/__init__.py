"""Pages from the web, one at a time, as they are found: `pages.read_page`, `crawling.crawl`, `crawling.read_sitemap`.

They yield values and keep nothing; called by the tasks of knowledge, with an open `kit.net.client.Web`.
"""
