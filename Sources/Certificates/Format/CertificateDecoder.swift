package import ExactArithmetic
package import NeuralNetwork
package import StrictJSON

extension Certificate {
  /// The largest number of points, steps, and nodes of one tree that is read.
  public static let maximumCounts = (points: 1_000_000, steps: 10_000_000, nodes: 10_000_000)

  /// Reads a document; whether it holds is for `CertificateChecker` to say.
  ///
  /// - Throws: `CheckFailure` of the rule `syntax`.
  public init(decoding bytes: [UInt8]) throws(CheckFailure) {
    do throws(JSONError) {
      try self.init(json: try JSONParser.parse(bytes))
    } catch {
      throw CheckFailure(
        .syntax, at: error.place, expected: "a document of the format \(Self.format)",
        found: "a fault in it: \(error.reason)")
    }
  }

  private init(json: JSONValue) throws(JSONError) {
    var reader = try JSONObjectReader(json, path: "$")
    let format = try reader.takeString("format")
    guard format == Self.format else {
      throw JSONError(place: "$.format", reason: "expected \(Self.format), found \(format)")
    }
    let head = try CertificateHead(versioned: &reader)
    producer = head.producer
    model = head.model
    domain = head.domain
    member = head.member
    points = try reader.takeList("points", atMost: Self.maximumCounts.points) {
      value, path throws(JSONError) in
      try value.list(path: path, of: Dyadic.init(json:path:))
    }
    let boxValue = reader.takeIfPresent("boxes") ?? .null
    boxes = boxValue == .null ? nil : try BoxProof(json: boxValue, path: "$.boxes")
    steps = try reader.takeList("steps", atMost: Self.maximumCounts.steps, of: Step.init)
    verdicts = try reader.takeList("verdicts", atMost: Int.max, of: Verdict.init)
    let regionValue = try reader.take("regions")
    regions = regionValue == .null ? nil : try RegionClaim(json: regionValue, path: "$.regions")
    let pruningValue = try reader.take("pruning")
    pruning = pruningValue == .null ? nil : try Pruning(json: pruningValue, path: "$.pruning")
    try reader.finish()
  }
}

extension CertificateHead {
  /// Takes version and head from the object that holds them in either form.
  init(versioned reader: inout JSONObjectReader) throws(JSONError) {
    let version = try reader.takeCount("version")
    guard version == Certificate.version else {
      throw JSONError(
        place: "$.version", reason: "expected \(Certificate.version), found \(version)")
    }
    let member = try reader.take("member")
    self.init(
      producer: try reader.takeString("producer"),
      model: try ModelBinding(json: reader.take("model"), path: "$.model"),
      domain: try InputDomain(json: reader.take("domain"), path: "$.domain"),
      member: member == .null ? nil : try member.asCount(path: "$.member"))
  }
}

extension JSONValue {
  /// The elements of an array, each read by `read`, which gets the path of its element.
  func list<Element>(
    path: String, of read: (JSONValue, String) throws(JSONError) -> Element
  ) throws(JSONError) -> [Element] {
    let values = try asArray(path: path)
    var elements: [Element] = []
    elements.reserveCapacity(values.count)
    for (i, value) in values.enumerated() { elements.append(try read(value, "\(path)[\(i)]")) }
    return elements
  }

  /// The elements of an array that must have `count` of them.
  func tuple(_ count: Int, path: String) throws(JSONError) -> [JSONValue] {
    let values = try asArray(path: path)
    guard values.count == count else {
      throw JSONError(place: path, reason: "expected \(count) elements, found \(values.count)")
    }
    return values
  }
}

extension JSONObjectReader {
  mutating func takeList<Element>(
    _ key: String, atMost limit: Int,
    of read: (JSONValue, String) throws(JSONError) -> Element
  ) throws(JSONError) -> [Element] {
    let value = try take(key)
    let count = try value.asArray(path: "\(path).\(key)").count
    guard count <= limit else {
      throw JSONError(
        place: "\(path).\(key)", reason: "expected at most \(limit) elements, found \(count)")
    }
    return try value.list(path: "\(path).\(key)", of: read)
  }

  mutating func takeValue(_ key: String) throws(JSONError) -> Dyadic {
    try Dyadic(json: take(key), path: "\(path).\(key)")
  }

  mutating func takeUnit(_ key: String) throws(JSONError) -> UnitID {
    try UnitID(json: take(key), path: "\(path).\(key)")
  }

  mutating func takeDigest(_ key: String) throws(JSONError) -> String {
    let text = try takeString(key)
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    let letters = UInt8(ascii: "a")...UInt8(ascii: "f")
    guard text.utf8.count == 64,
      text.utf8.allSatisfy({ digits.contains($0) || letters.contains($0) })
    else {
      throw JSONError(place: "\(path).\(key)", reason: "expected 64 lower-case hex digits")
    }
    return text
  }
}

extension Dyadic {
  /// Reads the canonical spelling.
  package init(json: JSONValue, path: String) throws(JSONError) {
    let text = try json.asString(path: path)
    guard let value = Dyadic(canonical: text) else {
      throw JSONError(place: path, reason: "\"\(text.prefix(40))\" is not a canonical value")
    }
    self = value
  }
}

extension UnitID {
  /// Reads `[layer, index]`.
  package init(json: JSONValue, path: String) throws(JSONError) {
    let parts = try json.tuple(2, path: path)
    self.init(
      layer: try parts[0].asCount(path: "\(path)[0]"),
      index: try parts[1].asCount(path: "\(path)[1]"))
  }
}

extension FileDigest {
  init(json: JSONValue, path: String) throws(JSONError) {
    var reader = try JSONObjectReader(json, path: path)
    self.init(name: try reader.takeString("name"), sha256: try reader.takeDigest("sha256"))
    try reader.finish()
  }
}

extension ModelBinding {
  init(json: JSONValue, path: String) throws(JSONError) {
    var reader = try JSONObjectReader(json, path: path)
    files = try reader.takeList("files", atMost: Int.max, of: FileDigest.init)
    networkDigest = try reader.takeDigest("network")
    try reader.finish()
  }
}
