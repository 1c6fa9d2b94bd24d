"""Pictures that are chosen, dropped, pasted or taken by the camera are read like drawings."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from demo_page import DIGITS, Watched, canvas_pixels, corners, draw, row
from PIL import Image, ImageDraw
from playwright.sync_api import BrowserContext, Page, expect

from edgedigits.picture import picture

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def sheet(strokes: list[str], width: int = 400, height: int = 400) -> Image.Image:
    """Strokes with a dark pen on paper."""
    paper = Image.new("RGB", (width, height), (236, 232, 222))
    pen = max(4, min(width, height) // 18)
    for stroke in strokes:
        line = [(x * width, y * height) for x, y in corners(stroke)]
        ImageDraw.Draw(paper).line(line, fill=(32, 36, 70), width=pen, joint="curve")
    return paper


def encoded(image: Image.Image, kind: str = "PNG", orientation: int = 1) -> bytes:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.save(file, kind, exif=exif, compress_level=1)
    return file.getvalue()


def choose(page: Page, name: str, content: bytes) -> None:
    kind = "image/jpeg" if name.endswith("jpg") else "image/png"
    page.locator("#file").set_input_files({"name": name, "mimeType": kind, "buffer": content})


def transfer(page: Page, kind: str, target: str, content: bytes) -> None:
    """Dispatches a drop or paste of a file, as the browser would."""
    page.evaluate(
        "([kind, target, content]) => {"
        " const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));"
        " const data = new DataTransfer();"
        " data.items.add(new File([bytes], 'digit.png', { type: 'image/png' }));"
        " const init = { bubbles: true, cancelable: true };"
        " const event = kind === 'paste'"
        "   ? new ClipboardEvent(kind, { ...init, clipboardData: data })"
        "   : new DragEvent(kind, { ...init, dataTransfer: data });"
        " document.querySelector(target).dispatchEvent(event); }",
        [kind, target, base64.b64encode(content).decode()],
    )


def test_a_chosen_picture_is_read_as_python_prepares_it(watched: Watched, tmp_path: Path) -> None:
    file = tmp_path / "three.png"
    file.write_bytes(encoded(sheet(DIGITS[3])))
    page = watched.open()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Picture: choose a file").click()
    chooser.value.set_files(file)
    expect(page.locator("#answer")).to_have_attribute("data-digit", "3")
    expect(page.locator("#live")).to_contain_text("3, ")
    expect(page.locator("#photo")).to_be_visible()
    expect(page.locator("#boxes div")).to_have_count(1)
    expected = picture.prepare(picture.read(file))
    np.testing.assert_array_equal(canvas_pixels(page, "seen")[..., 0], expected)


def test_undo_gives_the_drawing_back_and_clear_empties_the_pad(watched: Watched) -> None:
    page = watched.open()
    draw(page, DIGITS[1])
    expect(page.locator("#answer")).to_have_attribute("data-digit", "1")
    choose(page, "seven.png", encoded(sheet(DIGITS[7])))
    expect(page.locator("#answer")).to_have_attribute("data-digit", "7")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#answer")).to_have_attribute("data-digit", "1")
    choose(page, "seven.png", encoded(sheet(DIGITS[7])))
    expect(page.locator("#answer")).to_have_attribute("data-digit", "7")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#answer")).to_have_attribute("data-verdict", "blank")
    expect(page.locator("#photo")).to_be_hidden()
    draw(page, DIGITS[4])
    expect(page.locator("#answer")).to_have_attribute("data-digit", "4")


def test_a_note_in_lines_is_read_and_its_boxes_can_be_clicked(watched: Watched) -> None:
    page = watched.open()
    strokes = row("1945", 8, 38) + row("2026", 56, 38)
    choose(page, "note.png", encoded(sheet(strokes, 900, 600)))
    expect(page.locator("#answer")).to_have_attribute("data-reading", "1945/2026")
    expect(page.locator("#boxes div")).to_have_count(8)
    page.locator("#boxes div").nth(1).click()
    expect(page.locator("#answer [aria-checked=true]")).to_have_text("9")
    expect(page.locator("#bars .top b")).to_have_text("9")


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_dropped_and_pasted_files_are_read(watched: Watched, kind: str) -> None:
    page = watched.open()
    content = encoded(sheet(DIGITS[2]))
    if kind == "drop":
        transfer(page, "dragover", "#result", content)
        expect(page.locator("#drop-here")).to_be_visible()
    transfer(page, kind, "#result", content)
    expect(page.locator("#answer")).to_have_attribute("data-digit", "2")
    expect(page.locator("#drop-here")).to_be_hidden()


@pytest.mark.parametrize("how", ["button", "keys"])
def test_the_clipboards_picture_is_read(
    watched: Watched, context: BrowserContext, how: str
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = watched.open()
    page.evaluate(
        "async (content) => {"
        " const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));"
        " const blob = new Blob([bytes], { type: 'image/png' });"
        " await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]); }",
        base64.b64encode(encoded(sheet(DIGITS[6]))).decode(),
    )
    if how == "button":
        page.get_by_role("button", name="Paste").click()
    else:
        page.keyboard.press("Control+v")
    expect(page.locator("#answer")).to_have_attribute("data-digit", "6")


def test_words_in_the_clipboard_are_said_to_be_no_picture(
    watched: Watched, context: BrowserContext
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = watched.open()
    page.evaluate("navigator.clipboard.writeText('seven')")
    page.get_by_role("button", name="Paste").click()
    expect(page.locator("#note")).to_have_text("There is no picture in the clipboard.")
    draw(page, DIGITS[1])
    expect(page.locator("#note")).to_be_empty()


def test_the_paste_button_is_only_there_where_it_works(watched: Watched) -> None:
    watched.page.add_init_script("delete Clipboard.prototype.read")
    page = watched.open()
    expect(page.locator("#paste")).to_be_hidden()


def test_camera_is_read_and_turned_off(watched: Watched) -> None:
    watched.page.add_init_script(
        "const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);"
        "navigator.mediaDevices.getUserMedia ="
        " async (wish) => { window.stream = await ask(wish); return window.stream; };"
    )
    page = watched.open()
    live = "window.stream.getTracks().map((track) => track.readyState).join()"
    page.get_by_role("button", name="Camera").click()
    expect(page.get_by_role("button", name="Take picture")).to_be_focused()
    assert page.evaluate(live) == "live"
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Camera")).to_be_focused()
    assert page.evaluate(live) == "ended"
    expect(page.locator("#answer")).to_have_attribute("data-verdict", "blank")

    page.get_by_role("button", name="Camera").click()
    expect(page.get_by_role("button", name="Take picture")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_have_attribute("data-digit", "7")
    assert page.evaluate(live) == "ended"
    expect(page.locator("#camera-view")).to_be_hidden()


def test_a_refused_camera_is_said(watched: Watched) -> None:
    watched.page.add_init_script(
        "navigator.mediaDevices.getUserMedia ="
        " async () => { throw new DOMException('Permission denied', 'NotAllowedError'); };"
    )
    page = watched.open()
    page.get_by_role("button", name="Camera").click()
    expect(page.locator("#note")).to_have_text("The camera cannot be used (Permission denied).")
    expect(page.locator("#tools")).to_be_visible()


def test_no_camera_no_button(watched: Watched) -> None:
    watched.page.add_init_script("MediaDevices.prototype.enumerateDevices = async () => []")
    page = watched.open()
    draw(page, DIGITS[1])
    expect(page.locator("#answer")).to_have_attribute("data-digit", "1")
    expect(page.locator("#camera")).to_be_hidden()


def test_a_blank_picture_holds_no_digit(watched: Watched) -> None:
    page = watched.open()
    choose(page, "blank.png", encoded(sheet([])))
    expect(page.locator("#sure")).to_have_text("No digit found in this picture")
    expect(page.locator("#live")).to_have_text("No digit found in this picture")
    expect(page.locator("#answer")).to_have_attribute("data-verdict", "blank")


def test_a_file_that_is_no_picture_changes_nothing(watched: Watched) -> None:
    page = watched.open()
    draw(page, DIGITS[1])
    expect(page.locator("#answer")).to_have_attribute("data-digit", "1")
    choose(page, "words.png", b"these are words")
    expect(page.locator("#note")).to_have_text(
        "words.png is no picture that this browser can open."
    )
    expect(page.locator("#answer")).to_have_attribute("data-digit", "1")
    expect(page.locator("#photo")).to_be_hidden()


def test_photos_are_turned_upright_and_scaled_down(watched: Watched) -> None:
    page = watched.open()
    lying = sheet(DIGITS[7], 3000, 4000).transpose(Image.Transpose.ROTATE_90)
    choose(page, "photo.jpg", encoded(lying, "JPEG", orientation=6))
    expect(page.locator("#answer")).to_have_attribute("data-digit", "7")
    size = page.evaluate("[document.querySelector('#photo').width, photo.height]")
    assert size == [1536, 2048]
