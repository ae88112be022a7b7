// CBCBackend
