#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that takes the place of another one, as long as that can be taken back.
struct Replacement {
  /// The name that both have.
  let path: String
  /// A second name of the old file; nil if it has none.
  private let old: String?
  /// True if there was nothing under the name before.
  private let isNew: Bool

  /// Prepares to replace `path`.
  ///
  /// - Parameter keepsOld: Gives the old file a second name, on file systems that can.
  init(_ path: String, keepsOld: Bool) {
    self.path = path
    var status = stat()
    isNew = lstat(path, &status) != 0 && errno == ENOENT
    let name = "\(path).\(getpid()).old"
    old = keepsOld && !isNew && link(path, name) == 0 ? name : nil
  }

  /// Puts things back as they were before the new file came.
  ///
  /// - Returns: False if that is not possible.
  func takeBack() -> Bool {
    if isNew { return unlink(path) == 0 }
    return old.map { rename($0, path) == 0 } ?? false
  }

  /// Gives up the old file.
  func forgetOld() { if let old { unlink(old) } }
}
