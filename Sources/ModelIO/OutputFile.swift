#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes files whole or not at all.
public enum OutputFile {
  /// Why a file was not written.
  public struct WriteError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file that was to be written.
    public let path: String
    /// What failed, and how.
    public let reason: String
    /// What there is now.
    public var outcome = "nothing was changed"

    public var description: String {
      "\(PrintableName.sentence(path)): cannot write the file: \(reason); \(outcome)"
    }
  }

  /// Puts `bytes` under `path`: a temporary file beside it, flushed to the disk, then renamed.
  ///
  /// Whoever looks at `path` sees the old file, or the whole new one.
  ///
  /// - Throws: `WriteError`; then the file at `path` is as it was before.
  public static func write(_ bytes: [UInt8], to path: String) throws(WriteError) {
    try write([(bytes, path)])
  }

  /// Writes several files that belong together: all are on the disk before the first is renamed.
  ///
  /// If one cannot be renamed, those renamed before it are taken back.
  ///
  /// - Throws: `WriteError`, also for a target that is not a regular file.
  public static func write(_ files: [(bytes: [UInt8], path: String)]) throws(WriteError) {
    let hold = SignalHold()
    defer { hold.end() }
    var prepared: [(temporary: String, path: String)] = []
    defer { prepared.forEach { unlink($0.temporary) } }
    for file in files {
      let temporary = try prepare(file.bytes, for: file.path)
      prepared.append((temporary, file.path))
    }
    var replaced: [Replacement] = []
    defer { replaced.forEach { $0.forgetOld() } }
    while let (temporary, path) = prepared.first {
      let replacement = Replacement(path, keepsOld: files.count > 1)
      guard rename(temporary, path) == 0 else {
        var error = lastError(path, "renaming")
        replacement.forgetOld()
        for done in replaced.reversed() where !done.takeBack() {
          error.outcome = "\(PrintableName.sentence(done.path)) is already the new one"
        }
        throw error
      }
      replaced.append(replacement)
      prepared.removeFirst()
      flushFolder(of: path)
    }
  }

  /// True if two paths lead to the same file.
  public static func isSameFile(_ first: String, _ second: String) -> Bool {
    var one = stat()
    var other = stat()
    return stat(first, &one) == 0 && stat(second, &other) == 0 && one.st_dev == other.st_dev
      && one.st_ino == other.st_ino
  }

  /// Writes the temporary file of `path`, flushed to the disk.
  private static func prepare(_ bytes: [UInt8], for path: String) throws(WriteError) -> String {
    let (temporary, descriptor) = try create(for: path)
    do throws(WriteError) {
      guard writeAll(bytes, to: descriptor) else { throw lastError(path, "writing") }
    } catch {
      close(descriptor)
      unlink(temporary)
      throw error
    }
    try flushAndClose(descriptor, temporary, path)
    return temporary
  }

  /// Creates the temporary file of `path`, for writing.
  static func create(for path: String) throws(WriteError) -> (name: String, descriptor: CInt) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw WriteError(path: path, reason: "the path is empty or holds a zero character")
    }
    var existing = stat()
    if lstat(path, &existing) == 0 && existing.st_mode & S_IFMT != S_IFREG {
      throw WriteError(path: path, reason: "it exists and is not a regular file")
    }
    let temporary = "\(path).\(getpid()).partial"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw lastError(path, "creating \(temporary)") }
    return (temporary, descriptor)
  }

  /// Brings a temporary file to the disk and closes it, or removes it.
  static func flushAndClose(
    _ descriptor: CInt, _ temporary: String, _ path: String
  ) throws(WriteError) {
    var failure = fsync(descriptor) == 0 ? nil : lastError(path, "flushing")
    if close(descriptor) != 0 && failure == nil { failure = lastError(path, "closing") }
    if let failure {
      unlink(temporary)
      throw failure
    }
  }

  /// Writes all bytes, in as many pieces as it takes.
  ///
  /// - Returns: False if the system refused; `errno` says why.
  public static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var written = 0
      while written < buffer.count {
        let count = Glibc.write(
          descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return false }
        written += count
      }
      return true
    }
  }

  /// Brings a new name to the disk.
  static func flushFolder(of path: String) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  static func lastError(_ path: String, _ action: String) -> WriteError {
    WriteError(path: path, reason: "\(action): \(String(cString: strerror(errno)))")
  }
}
