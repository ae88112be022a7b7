import StrictJSON

/// Paths of the files in the `fixtures` folder of the package.
enum Fixture {
  /// The folder.
  static let folder: String = {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/") + "/fixtures"
  }()

  /// The path of one file.
  static func path(_ name: String) -> String { "\(folder)/\(name)" }
}
