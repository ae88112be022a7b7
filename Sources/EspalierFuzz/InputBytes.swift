internal import Glibc
internal import ModelIO

/// Files and folders of fixtures.
enum InputBytes {
  /// The bytes of a file.
  static func read(_ path: String) throws(ModelError) -> [UInt8] {
    try InputFile.read(path: path)
  }

  /// The paths of all files below a folder, in order.
  static func files(below folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [(name: String, isFolder: Bool)] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard !name.hasPrefix(".") else { continue }
      names.append((name, Int(entry.pointee.d_type) == Int(DT_DIR)))
    }
    return names.sorted { $0.name < $1.name }.flatMap { name, isFolder in
      isFolder ? files(below: "\(folder)/\(name)") : ["\(folder)/\(name)"]
    }
  }
}
