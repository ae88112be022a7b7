/// The header of a NumPy array file: a Python dictionary of three entries, read literally.
///
/// Nothing is evaluated; whatever is not exactly such a dictionary is refused.
struct NPYHeader {
  private(set) var type = ""
  private(set) var isFortranOrder = false
  private(set) var shape: [Int] = []

  private let bytes: [UInt8]
  private var position = 0

  /// Reads the text of a header.
  init(_ bytes: [UInt8]) throws(ModelFault) {
    self.bytes = bytes
    var missing: Set<String> = ["descr", "fortran_order", "shape"]
    try expect("{")
    while !take("}") {
      let key = try text()
      guard missing.remove(key) != nil else { throw fault("unexpected key \(PrintableName(key))") }
      try expect(":")
      switch key {
      case "descr": type = try text()
      case "fortran_order": isFortranOrder = try truth()
      default: shape = try tuple()
      }
      if !take(",") {
        try expect("}")
        break
      }
    }
    skipBlanks()
    guard missing.isEmpty, position == bytes.count else {
      throw fault("expected descr, fortran_order and shape, and nothing else")
    }
  }

  private mutating func text() throws(ModelFault) -> String {
    try expect("'")
    let word = bytes[position...].prefix {
      $0 != UInt8(ascii: "'") && $0 != UInt8(ascii: "\\") && $0 >= 0x20 && $0 < 0x7F
    }
    position += word.count
    guard position < bytes.count, bytes[position] == UInt8(ascii: "'") else {
      throw fault("expected a plain text in quotes")
    }
    position += 1
    return String(decoding: word, as: UTF8.self)
  }

  private mutating func truth() throws(ModelFault) -> Bool {
    if take("True") { return true }
    guard take("False") else { throw fault("expected True or False") }
    return false
  }

  private mutating func tuple() throws(ModelFault) -> [Int] {
    try expect("(")
    var sizes: [Int] = []
    while !take(")") {
      skipBlanks()
      let digits = bytes[position...].prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
      position += digits.count
      guard let size = Int(String(decoding: digits, as: UTF8.self)),
        sizes.count < ModelLimits.tensorRank
      else { throw fault("expected a short tuple of sizes from zero on") }
      sizes.append(size)
      if !take(",") {
        try expect(")")
        break
      }
    }
    return sizes
  }

  private mutating func skipBlanks() {
    while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x0A {
      position += 1
    }
  }

  private mutating func take(_ word: String) -> Bool {
    skipBlanks()
    guard bytes[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  private mutating func expect(_ word: String) throws(ModelFault) {
    guard take(word) else { throw fault("expected \(word)") }
  }

  private func fault(_ reason: String) -> ModelFault {
    .malformed(place: "header of the array, byte \(position)", reason: reason)
  }
}
