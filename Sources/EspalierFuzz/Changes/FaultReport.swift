internal import Glibc

/// Says which bytes made a reader trap, crash or hang, and keeps them.
///
/// A signal handler may not allocate, so everything that it needs is written down before each read.
enum FaultReport {
  /// Seconds that one read may take.
  private static let secondsPerRead: UInt32 = 10
  /// Where the bytes go.
  private static let reproducer = "out/fuzz-reproducer"

  nonisolated(unsafe) private static var message: [CChar] = [0]
  nonisolated(unsafe) private static var bytes: [UInt8] = []
  nonisolated(unsafe) private static let stack = UnsafeMutableRawPointer.allocate(
    byteCount: 1 << 16, alignment: 16)

  /// Catches the signals of traps, crashes and hangs.
  static func install() {
    mkdir("out", 0o755)
    // A stack overflow leaves no room on the stack for its own handler.
    var alternative = stack_t(ss_sp: stack, ss_flags: 0, ss_size: 1 << 16)
    sigaltstack(&alternative, nil)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in FaultReport.endByFault() }
    action.sa_flags = SA_ONSTACK
    for signal in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGALRM] {
      sigaction(signal, &action, nil)
    }
  }

  /// Notes what is read next.
  static func begin(path: String, change: Int, bytes: [UInt8]) {
    let text =
      "fault: \(path), change \(change): a trap, a crash, or more than "
      + "\(secondsPerRead) s; the bytes are in \(reproducer)\n"
    message = Array(text.utf8CString)
    self.bytes = bytes
    alarm(secondsPerRead)
  }

  /// Nothing is read any more.
  static func end() { alarm(0) }

  private static func endByFault() {
    message.withUnsafeBufferPointer { _ = write(2, $0.baseAddress, $0.count - 1) }
    let file = open(reproducer, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    bytes.withUnsafeBytes { _ = write(file, $0.baseAddress, $0.count) }
    _exit(1)
  }
}
