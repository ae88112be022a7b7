internal import ExactArithmetic
internal import NeuralNetwork
internal import StrictJSON

/// The multipliers as they stand in a file: `[layer, index, value]`, or `[layer, packed]` with 8
/// characters of base64 for index and binary32 pattern of each.
///
/// - Source: `docs/certificate-format.md`, section 6; RFC 4648, section 4.
extension UnitMultipliers {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let digits: [UInt8] = {
    var digits = [UInt8](repeating: 0xFF, count: 256)
    for (value, character) in alphabet.enumerated() { digits[Int(character)] = UInt8(value) }
    return digits
  }()

  /// Reads an array of entries.
  init(json: JSONValue, path: String) throws(JSONError) {
    let entries = try json.asArray(path: path)
    var packed: [Packed]? = []
    var exact: [Leaf.UnitMultiplier] = []
    for (i, entry) in entries.enumerated() {
      let parts = try entry.asArray(path: "\(path)[\(i)]")
      if parts.count == 2 {
        let list = try Self.unpacked(parts, path: "\(path)[\(i)]")
        packed?.append(contentsOf: list)
        if packed == nil { exact += list.map(\.multiplier) }
        continue
      }
      let multiplier = try Leaf.UnitMultiplier(json: entry, path: "\(path)[\(i)]")
      if let short = Packed(multiplier), packed != nil {
        packed?.append(short)
      } else {
        if let list = packed { exact = list.map(\.multiplier) }
        packed = nil
        exact.append(multiplier)
      }
    }
    if let packed { self.init(packed) } else { self.init(exact) }
  }

  private static func unpacked(
    _ parts: [JSONValue], path: String
  ) throws(JSONError) -> [Packed] {
    let layer = try parts[0].asCount(path: "\(path)[0]")
    let text = Array(try parts[1].asString(path: "\(path)[1]").utf8)
    guard !text.isEmpty, text.count.isMultiple(of: 8) else {
      throw JSONError(place: "\(path)[1]", reason: "expected 8 characters for each multiplier")
    }
    var list: [Packed] = []
    list.reserveCapacity(text.count / 8)
    for start in stride(from: 0, to: text.count, by: 8) {
      var bits: UInt64 = 0
      for character in text[start..<start + 8] {
        let digit = digits[Int(character)]
        guard digit != 0xFF else {
          throw JSONError(place: "\(path)[1]", reason: "a character is not one of base64")
        }
        bits = bits << 6 | UInt64(digit)
      }
      guard
        let multiplier = Packed(
          layer: layer, index: UInt16(bits >> 32), pattern: UInt32(truncatingIfNeeded: bits))
      else {
        throw JSONError(
          place: "\(path)[1]", reason: "expected layers below 65536 and finite multipliers")
      }
      list.append(multiplier)
    }
    return list
  }

  /// Every multiplier on its own, for people.
  var json: JSONValue { .array(map(\.json)) }

  /// Packed layer by layer where possible, for large files.
  var packedJSON: JSONValue {
    guard case .packed(let list) = storage else { return json }
    var entries: [JSONValue] = []
    var start = 0
    while start < list.count {
      let layer = list[start].layer
      let end = list[start...].firstIndex { $0.layer != layer } ?? list.count
      entries.append(.array([.integer(Int(layer)), .string(Self.text(list[start..<end]))]))
      start = end
    }
    return .array(entries)
  }

  private static func text(_ multipliers: ArraySlice<Packed>) -> String {
    String(unsafeUninitializedCapacity: 8 * multipliers.count) { buffer in
      var next = 0
      for multiplier in multipliers {
        let bits = UInt64(multiplier.index) << 32 | UInt64(multiplier.pattern)
        for shift in stride(from: UInt64(42), through: 0, by: -6) {
          buffer[next] = alphabet[Int(bits >> shift & 63)]
          next += 1
        }
      }
      return next
    }
  }
}

extension Leaf.UnitMultiplier {
  fileprivate init(json: JSONValue, path: String) throws(JSONError) {
    let parts = try json.tuple(3, path: path)
    self.init(
      unit: UnitID(
        layer: try parts[0].asCount(path: "\(path)[0]"),
        index: try parts[1].asCount(path: "\(path)[1]")),
      value: try Dyadic(json: parts[2], path: "\(path)[2]"))
  }

  fileprivate var json: JSONValue {
    .array([.integer(unit.layer), .integer(unit.index), value.json])
  }
}
