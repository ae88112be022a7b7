#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Puts off the signals that end a program, while a temporary file exists that they would leave.
///
/// What comes meanwhile is sent again at the end. A mask would not do: it holds for one thread, and
/// libraries have their own. Writing beyond a limit on the size of files is an error of the write
/// from now on, not a signal. Not for use from several threads at a time.
struct SignalHold {
  /// What C takes for the handler of a signal; nil is the default.
  private typealias Handler = @convention(c) (Int32) -> Void

  /// The last signal that came; written by the handler, read when it is no longer installed.
  nonisolated(unsafe) private static var arrived: sig_atomic_t = 0

  private let previous: [(number: Int32, handler: Handler?)]

  /// Begins to hold signals, but for those that are ignored anyway.
  init() {
    Self.ignoreSizeLimitSignal()
    Self.arrived = 0
    previous = [SIGINT, SIGTERM, SIGHUP, SIGQUIT].compactMap { number in
      let old: Handler? = signal(number) { SignalHold.arrived = $0 }
      guard unsafeBitCast(old, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) else {
        return (number, old)
      }
      signal(number, SIG_IGN)
      return nil
    }
  }

  /// Makes writing beyond a limit on the size of files an error of the write.
  static func ignoreSizeLimitSignal() { signal(SIGXFSZ, SIG_IGN) }

  /// Lets signals through again, and first the one that has come.
  func end() {
    for (number, handler) in previous { signal(number, handler) }
    if Self.arrived != 0 { raise(Self.arrived) }
  }
}
