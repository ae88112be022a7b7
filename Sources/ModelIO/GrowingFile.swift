#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that is written piece by piece and gets its name only when it is whole.
///
/// Until `finish` it has a temporary name beside its place; whatever ends the program before,
/// whoever looks at the place sees the file that was there, or none. Only SIGKILL leaves the
/// temporary file. A program has one such file at a time.
public final class GrowingFile {
  /// The temporary name, for handlers of signals.
  private nonisolated(unsafe) static var unfinished: UnsafeMutablePointer<CChar>?

  /// The bytes that wait until they are worth a call of the system.
  private static let bufferByteCount = 1 << 16

  private let path: String
  private let temporary: String
  private let descriptor: CInt
  private var buffer: [UInt8] = []
  private var isOpen = true

  /// Begins a file that will stand at `path`.
  ///
  /// - Throws: `OutputFile.WriteError`, also for a target that is not a regular file.
  public init(path: String) throws(OutputFile.WriteError) {
    self.path = path
    SignalHold.ignoreSizeLimitSignal()
    (temporary, descriptor) = try OutputFile.create(for: path)
    Self.unfinished = strdup(temporary)
    Self.removeOnHangUp()
  }

  /// Removes the temporary file, for a handler that ends the program at once.
  public static func removeUnfinished() {
    if let name = unfinished { unlink(name) }
  }

  /// Signals that nobody handles end the program, but not before the temporary file is gone.
  private static func removeOnHangUp() {
    for number in [SIGHUP, SIGQUIT] {
      let old = signal(number) { number in
        GrowingFile.removeUnfinished()
        signal(number, SIG_DFL)
        raise(number)
      }
      if unsafeBitCast(old, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
        signal(number, SIG_IGN)
      }
    }
  }

  /// A file that was not finished leaves nothing behind.
  deinit {
    if isOpen {
      close(descriptor)
      unlink(temporary)
    }
    // Last, and without giving the memory back: a handler may be reading the name.
    Self.unfinished = nil
  }

  /// Adds bytes at the end.
  ///
  /// - Throws: `OutputFile.WriteError`; then the file cannot be finished any more.
  public func append(_ bytes: [UInt8]) throws(OutputFile.WriteError) {
    buffer += bytes
    if buffer.count >= Self.bufferByteCount { try empty() }
  }

  /// Brings everything to the disk and gives the file its name.
  ///
  /// - Throws: `OutputFile.WriteError`; then the file at the path is as it was before.
  public func finish() throws(OutputFile.WriteError) {
    precondition(isOpen, "a file is finished once")
    let hold = SignalHold()
    defer { hold.end() }
    try empty()
    isOpen = false
    try OutputFile.flushAndClose(descriptor, temporary, path)
    guard rename(temporary, path) == 0 else {
      let error = OutputFile.lastError(path, "renaming")
      unlink(temporary)
      throw error
    }
    OutputFile.flushFolder(of: path)
  }

  private func empty() throws(OutputFile.WriteError) {
    guard OutputFile.writeAll(buffer, to: descriptor) else {
      throw OutputFile.lastError(path, "writing")
    }
    buffer = []
  }
}
