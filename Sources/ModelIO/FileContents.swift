#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Opens files; nothing else in this target touches the file system.
///
/// Only regular files are read, never more than `ModelLimits.fileBytes` bytes.
enum FileContents {
  /// The bytes of the file at `path`.
  static func read(path: String) throws(ModelFault) -> [UInt8] {
    let descriptor = try openRegular(path: path)
    defer { close(descriptor) }
    return try contents(of: descriptor, requiringSingleLink: false)
  }

  /// A descriptor of the regular file at `path`, for reading; the caller closes it.
  static func openRegular(path: String) throws(ModelFault) -> CInt {
    guard !path.utf8.contains(0) else {
      throw .unreadable(reason: "the path holds a zero character")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw .unreadable(reason: lastErrorText()) }
    do throws(ModelFault) {
      _ = try regularStatus(of: descriptor)
      return descriptor
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// The bytes of the file `name` in the folder of the file at `path`.
  ///
  /// The name must be plain, and the file regular, reached through no symbolic link, and with one
  /// name only, so that a model cannot make us read anything but its own companions.
  static func read(companion name: String, of path: String) throws(ModelFault) -> [UInt8] {
    guard isPlain(name) else {
      throw .unreadable(reason: "expected a plain file name, found \(PrintableName(name))")
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let folderDescriptor = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
    guard folderDescriptor >= 0 else { throw .unreadable(reason: lastErrorText()) }
    defer { close(folderDescriptor) }
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW
    let descriptor = openat(folderDescriptor, name, flags)
    guard descriptor >= 0 else {
      let reason = errno == ELOOP ? "it is a symbolic link, which is refused" : lastErrorText()
      throw .unreadable(reason: "\(PrintableName(name)): \(reason)")
    }
    defer { close(descriptor) }
    return try contents(of: descriptor, requiringSingleLink: true)
  }

  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".." && name.utf8.count <= 255
      && name.utf8.allSatisfy { $0 != 0 && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") }
  }

  private static func contents(
    of descriptor: CInt, requiringSingleLink: Bool
  ) throws(ModelFault) -> [UInt8] {
    let status = try regularStatus(of: descriptor)
    guard !requiringSingleLink || status.st_nlink == 1 else {
      throw .unreadable(
        reason: "the file has \(status.st_nlink) names (hard links); copy it to a file of its own")
    }
    let size = Int(status.st_size)
    guard size <= ModelLimits.fileBytes else {
      throw .overLimit(place: "file size", limit: ModelLimits.fileBytes, found: "\(size) bytes")
    }
    return try bytes(of: descriptor, expectedCount: size)
  }

  private static func regularStatus(of descriptor: CInt) throws(ModelFault) -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(reason: lastErrorText()) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(reason: "expected a regular file")
    }
    return status
  }

  private static func bytes(
    of descriptor: CInt, expectedCount: Int
  ) throws(ModelFault) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: expectedCount)
    var filled = 0
    while filled < expectedCount {
      let count = bytes.withUnsafeMutableBytes { buffer in
        pread(
          descriptor, buffer.baseAddress.map { $0 + filled }, expectedCount - filled, off_t(filled))
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .unreadable(reason: lastErrorText()) }
      guard count > 0 else { throw .unreadable(reason: "the file shrank while it was read") }
      filled += count
    }
    return bytes
  }

  private static func lastErrorText() -> String {
    strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
  }
}
