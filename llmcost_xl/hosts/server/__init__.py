"""The worksheet functions on xlwings Server, for Excel on Mac, on the web, and for a whole company at once.

`app.create` is the application: xlwings Server with our functions, behind limits on what a request may be. `project/`
is the folder xlwings Server loads, `pane/` the task pane. xlwings Server and xlwings.pro are not ours and not free for
every use; nothing outside this package needs them.
"""
