// Loaded ahead of a service's main: a launcher that was killed cannot stop its services, so they stop themselves.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
