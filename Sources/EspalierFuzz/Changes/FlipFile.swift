internal import ModelIO

/// A fixture with the reader that it is for.
struct FlipFile {
  /// Where it lies.
  let path: String
  /// The reader.
  let target: FuzzTarget
  /// The inputs that a domain is read for.
  let inputCount: Int
  /// Its bytes.
  let bytes: [UInt8]
  /// True if the reader accepts it as it is.
  let isValid: Bool

  /// The widths of the networks that the domains among the fixtures are for.
  private static let inputCounts = Array(1...16) + [784]

  /// The fixture at `path` in `folder`; nil if no reader is for it.
  init?(path: String, in folder: String) throws(ModelError) {
    let parts = path.dropFirst(folder.count + 1).split(separator: "/").map(String.init)
    guard let target = Self.target(parts) else { return nil }
    let bytes = try InputBytes.read(path)
    let counts = [.vnnlib, .domain].contains(target) ? Self.inputCounts : [0]
    let place = parts.first == "fuzz" ? target.placeOfFuzzedFile : path
    let fitting = counts.first {
      target.refusal(of: bytes, at: place, inputCount: $0) == nil
    }
    self.path = place
    self.target = target
    self.bytes = bytes
    inputCount = fitting ?? 2
    isValid = fitting != nil
  }

  private static func target(_ parts: [String]) -> FuzzTarget? {
    guard let folder = parts.first, let name = parts.last, parts.count > 1 else { return nil }
    switch (folder, name.split(separator: ".").last) {
    case ("fuzz", _): return parts.count > 2 ? FuzzTarget(rawValue: parts[1]) : nil
    case ("truth", _), ("licences", _): return nil
    case ("malformed", _) where name == "expected.json": return nil
    case ("domains", "json"): return .domain
    case (_, "json") where name.hasPrefix("cert"): return .certificate
    case (_, .some(let end)): return FuzzTarget(rawValue: String(end))
    case (_, nil): return nil
    }
  }
}
