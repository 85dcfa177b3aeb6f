#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Walks HTML pages with the keyboard alone, in a real browser.

Usage: keyboard_walk.py PAGE...  Prints what Tab does not reach or what shows no focus; status 1 then.
"""
import pathlib
import shutil
import sys
import time

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

# What a mouse can use and the eye can see, numbered.
NUMBER = """
const usable = [...document.querySelectorAll('a[href],area[href],button,input,select,summary,[tabindex]')].filter(
  e => e.getClientRects().length && e.tabIndex >= 0 && !e.disabled);
usable.forEach((e, n) => e.dataset.walk = n);
return usable.map(e => e.outerHTML.slice(0, 120));
"""
FOCUS = """
const e = document.activeElement, style = getComputedStyle(e);
if (e === document.body || e.dataset.walk === undefined) return null;
return [Number(e.dataset.walk), style.outlineStyle !== 'none' || style.boxShadow !== 'none'];
"""


def press(browser, *keys):
    for key in keys:
        ActionChains(browser).send_keys(key).perform()


def becomes(read, wanted):
    """True when read() returns `wanted` within five seconds: the page filters after a pause in typing."""
    end = time.monotonic() + 5
    while read() != wanted and time.monotonic() < end:
        time.sleep(0.05)
    return read() == wanted


def wrong_with(browser, page):
    browser.get(pathlib.Path(page).resolve().as_uri())
    browser.implicitly_wait(5)
    usable = browser.execute_script(NUMBER)
    if not usable:
        yield "nothing to use"
    reached = set()
    for _ in usable:
        press(browser, Keys.TAB)
        focus = browser.execute_script(FOCUS)
        if focus is None:
            break
        reached.add(focus[0])
        if not focus[1]:
            yield f"no focus shown: {usable[focus[0]]}"
    for number, what in enumerate(usable):
        if number not in reached:
            yield f"not reached by Tab: {what}"


def wrong_with_viewer(browser):
    """The keys of the timeline viewer: / searches, + and - zoom the chart, arrows walk the table."""
    shown = lambda: browser.execute_script("return document.getElementById('shown').dataset.events")
    extent = lambda: browser.execute_script("return document.getElementById('range').textContent")
    focus = lambda name: browser.execute_script("document.getElementById(arguments[0]).focus()", name)
    all_events, whole = shown(), extent()
    press(browser, "/", *"no such file")
    if not becomes(shown, "0"):
        yield f"'/' and a text leave {shown()} events"
    press(browser, Keys.ESCAPE)
    if not becomes(shown, all_events):
        yield "Escape does not end the search"
    focus("chart")
    press(browser, "+")
    if extent() == whole:
        yield "'+' does not zoom the chart"
    press(browser, "-")
    if not becomes(extent, whole):
        yield "'-' does not zoom back"
    focus("grid")
    press(browser, Keys.ARROW_DOWN, Keys.ENTER)
    if not browser.execute_script("return document.querySelector('[aria-selected=true]') !== null"):
        yield "arrows select no row"


def main():
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in ("--headless", "--no-sandbox", "--disable-gpu", "--window-size=1280,900", "--disable-quic",
                     "--no-first-run", "--disable-background-networking", "--disable-component-update"):
        options.add_argument(argument)
    browser = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
    failures = 0
    try:
        for page in sys.argv[1:]:
            wrong = list(wrong_with(browser, page))
            if browser.execute_script("return document.getElementById('grid') !== null"):
                wrong += wrong_with_viewer(browser)
            for line in wrong:
                print(f"{page}: {line}")
            failures += len(wrong)
    finally:
        browser.quit()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
