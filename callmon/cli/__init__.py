"""The command line: arguments → settings → parts → run. The only place where the parts are put together."""
