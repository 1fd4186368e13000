"""The web pages: no cookies, nothing kept in the browser, nothing loaded from elsewhere."""
