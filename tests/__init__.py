"""The tests are a package so that `tests.real` is ours: two libraries leave a package of this name in site-packages."""
