#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Puts off the signals that end a program, while a temporary file exists that they would leave.
///
/// What comes meanwhile is delivered at the end. Writing beyond a limit on the size of files is an
/// error of the write from now on, not a signal.
struct SignalHold {
  private var before = sigset_t()

  /// Begins to hold signals.
  init() {
    Self.ignoreSizeLimitSignal()
    var held = sigset_t()
    sigemptyset(&held)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { sigaddset(&held, number) }
    pthread_sigmask(SIG_BLOCK, &held, &before)
  }

  /// Makes writing beyond a limit on the size of files an error of the write.
  static func ignoreSizeLimitSignal() { signal(SIGXFSZ, SIG_IGN) }

  /// Lets signals through again, and those first that have come.
  func end() {
    var mask = before
    pthread_sigmask(SIG_SETMASK, &mask, nil)
  }
}
