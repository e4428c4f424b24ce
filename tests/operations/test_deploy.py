"""The files of `deploy/` without a machine: what nginx lets pass, and what an installation leaves behind it where a step fails."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from app.identity.sign_in.guards import LARGE_FORMS
from app.settings import ROOT

MEBIBYTE = 1024**2


def test_nginx_lets_pass_what_each_page_takes_and_little_more(app: Flask) -> None:
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    places = re.findall(r"location (=|~) (\S+) \{\s+client_max_body_size (\d+)m;", text)
    rules = {rule.endpoint: re.sub("<.*?>", "un-a", rule.rule) for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert len(app.extensions[LARGE_FORMS]) == 7
    for endpoint, (size, _) in app.extensions[LARGE_FORMS].items():
        taken = [int(most) * MEBIBYTE for how, where, most in places if (where == rules[endpoint] if how == "=" else re.search(where, rules[endpoint]))]
        assert len(taken) == 1, endpoint
        assert size <= taken[0] < 2 * size + MEBIBYTE, endpoint
