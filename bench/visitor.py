"""A visitor without a browser: speaks Streamlit's own protocol, presses buttons and waits until the page has answered.

Many fit into one process, so that a load is the server's and not Chromium's; runs nothing by itself.
"""

import asyncio
import time

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


class Visitor:
    """One browser tab at `address` (http://host:port) on a page of the app."""

    def __init__(self, address, page="", query=""):
        self.address, self.page, self.query = address.rstrip("/"), page, query
        self.cache, self.buttons = {}, {}
        self.failures, self.hash = [], ""

    async def __aenter__(self):
        """Connect and wait for the first page; raises `TimeoutError` after a minute."""
        stream = self.address.replace("http", "ws", 1) + "/_stcore/stream"
        self.socket = await websockets.connect(stream, subprotocols=["streamlit"], max_size=None)
        await self.rerun()
        return self

    async def __aexit__(self, *problem):
        await self.socket.close()

    async def rerun(self, pressed=None, fragment=""):
        """One run of the page, optionally with a button pressed; returns seconds until it was finished."""
        message = BackMsg()
        client = message.rerun_script
        client.query_string = self.query
        client.page_script_hash = self.hash
        if not self.hash:
            client.page_name = self.page
        client.fragment_id = fragment
        client.cached_message_hashes.extend(self.cache)
        if pressed:
            state = client.widget_states.widgets.add()
            state.id, state.trigger_value = pressed, True
        started = time.perf_counter()
        self.buttons = {key: there for key, there in self.buttons.items() if fragment and there[1] != fragment}
        await self.socket.send(message.SerializeToString())
        await asyncio.wait_for(self._until_finished(), 60)
        return time.perf_counter() - started

    async def press(self, key):
        """Press the button with this key; returns the seconds, or None where there is none to press."""
        if key not in self.buttons:
            return None
        return await self.rerun(*self.buttons[key])

    async def _until_finished(self):
        while True:
            raw = ForwardMsg()
            raw.ParseFromString(await self.socket.recv())
            message = self._whole(raw)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.hash = message.new_session.page_script_hash
            elif kind == "delta":
                self._element(message.delta)
            elif kind == "session_event" and message.session_event.WhichOneof("type") == "script_compilation_exception":
                self.failures.append("the script did not compile")
            elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return

    def _whole(self, message):
        if message.WhichOneof("type") == "ref_hash":
            return self.cache.get(message.ref_hash, message)
        if message.metadata.cacheable and message.hash:
            self.cache[message.hash] = message
        return message

    def _element(self, delta):
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "button" and not element.button.disabled:
            key = element.button.id.split("-", 2)[-1]
            self.buttons[key] = (element.button.id, delta.fragment_id)
        elif kind == "exception":
            self.failures.append(f"{element.exception.type}: {element.exception.message}"[:300])
