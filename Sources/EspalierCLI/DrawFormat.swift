internal import ArgumentParser

/// The files that `espalier draw` writes.
enum DrawFormat: String, ExpressibleByArgument, CaseIterable {
  /// A picture.
  case svg
  /// Everything, in exact numbers.
  case json
  /// Which regions are neighbors.
  case graphml

  /// The format that the end of a file name tells.
  init?(path: String) {
    let name = path.lowercased()
    guard let format = Self.allCases.first(where: { name.hasSuffix(".\($0.rawValue)") })
    else { return nil }
    self = format
  }
}
