"""A yardstick of `push`: python-socketio on aiohttp, an emit to the room for every tick."""

import asyncio
import json
import os
import sys
import threading
import time

import socketio
from aiohttp import web

NAMESPACE = "/market"
WORK = json.loads(sys.argv[1])
SYMBOLS = [f"{600000 + index}.SH" for index in range(WORK["symbols"])]

sio = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins="*")


@sio.on("connect", namespace=NAMESPACE)
async def connect(sid, environ, auth):
    return True


@sio.on("subscribe", namespace=NAMESPACE)
async def subscribe(sid, request):
    for room in request["rooms"]:
        await sio.enter_room(sid, room, namespace=NAMESPACE)
    return {"results": [{"requested": room, "room": room, "accepted": True} for room in request["rooms"]]}


def tick(symbol, seq, ts):
    prices = [round(10 + level / 100, 2) for level in range(5)]
    volumes = [100 * (level + 1) for level in range(5)]
    payload = {
        "symbol": symbol, "ts": ts, "seq": seq, "epoch": "bench", "last": 10.2, "open": 10, "high": 10.5, "low": 10,
        "preClose": 10, "volume": seq * 100, "amount": seq * 1000, "bidPrices": prices, "bidVolumes": volumes,
        "askPrices": prices, "askVolumes": volumes, "phase": "continuous", "source": "loadtest", "receivedTs": ts,
    }
    message = {
        "type": "tick", "room": f"tick:{symbol}", "payload": payload, "traceId": "0" * 32, "epoch": "bench",
        "seq": seq, "ts": ts,
    }
    if seq > 1:
        message["prevSeq"] = seq - 1
    return message


async def publish():
    started, made = time.monotonic(), 0
    while True:
        due = int((time.monotonic() - started) * WORK["ticksPerSecond"])
        while made < due:
            message = tick(SYMBOLS[made % len(SYMBOLS)], made // len(SYMBOLS) + 1, int(time.time() * 1000))
            made += 1
            await sio.emit("messages", [message], room=message["room"], namespace=NAMESPACE)
        await asyncio.sleep(0.01)


def end_with_parent():
    sys.stdin.read()
    # The event loop may be busy: this ends it all the same.
    os._exit(0)


async def main():
    app = web.Application()
    sio.attach(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    print(json.dumps({"url": f"http://127.0.0.1:{port}"}), flush=True)
    threading.Thread(target=end_with_parent, daemon=True).start()
    await publish()


asyncio.run(main())
