internal import NeuralNetwork
internal import StrictJSON

/// Reads input domains from JSON: our own format, plain boxes, and the bounds that OMLT writes.
struct DomainJSON {
  /// The name of our own format.
  static let format = "espalier-domain/1"

  private var numbers = JSONNumbers()

  /// The domain that the bytes of a JSON text describe.
  static func read(
    _ bytes: [UInt8], inputCount: Int
  ) throws(ModelFault) -> (domain: InputDomain, notes: [String]) {
    let value = try JSONNumbers.checked { () throws(JSONError) in try JSONParser.parse(bytes) }
    var reader = DomainJSON()
    let domain = try reader.domain(value, inputCount: inputCount)
    guard domain.inputCount == inputCount else {
      throw .invalidDomain(
        reason: "expected \(inputCount) inputs as the network has, found \(domain.inputCount)")
    }
    return (domain, reader.numbers.notes)
  }

  private mutating func domain(
    _ value: JSONValue, inputCount: Int
  ) throws(ModelFault) -> InputDomain {
    switch value {
    case .object(let members) where members.contains { $0.key == "format" }:
      return try own(value)
    case .object(let members) where members.contains { $0.key == "lo" }: return try box(value)
    case .object(let members): return try bounds(members, inputCount: inputCount)
    case .array(let entries): return try bounds(entries, inputCount: inputCount)
    default:
      throw .malformed(place: "$", reason: "expected an object, found \(value.typeName)")
    }
  }

  // MARK: Our own format

  private mutating func own(_ value: JSONValue) throws(ModelFault) -> InputDomain {
    var object = try Self.open(value, "$")
    let format = try JSONNumbers.checked { () throws(JSONError) in try object.takeString("format") }
    guard format == Self.format else {
      throw .malformed(
        place: "$.format", reason: "expected \"\(Self.format)\", found \(PrintableName(format))")
    }
    let lower = try list(&object, "lower")
    let upper = try list(&object, "upper")
    var rows: [LinearRow] = []
    if let value = object.takeIfPresent("rows") {
      let list = try JSONNumbers.checked { () throws(JSONError) in
        try value.asArray(path: "$.rows")
      }
      for (i, row) in list.enumerated() { rows.append(try self.row(row, path: "$.rows[\(i)]")) }
    }
    let ball = try object.takeIfPresent("ball").map { (value) throws(ModelFault) in
      try self.ball(value)
    }
    try Self.finish(object)
    return try .checked(box: Box(lower: lower, upper: upper), rows: rows, ball: ball)
  }

  private mutating func list(
    _ object: inout JSONObjectReader, _ key: String
  ) throws(ModelFault) -> [Double] {
    let value = try Self.take(&object, key)
    return try numbers.list(value, path: "\(object.path).\(key)", allowsExactText: true)
  }

  private mutating func row(_ value: JSONValue, path: String) throws(ModelFault) -> LinearRow {
    var object = try Self.open(value, path)
    let terms = try JSONNumbers.checked { () throws(JSONError) in try object.takeArray("terms") }
    let bound = try numbers.number(
      Self.take(&object, "bound"), path: "\(path).bound", allowsExactText: true)
    try Self.finish(object)
    var result: [LinearRow.Term] = []
    for (i, term) in terms.enumerated() {
      let place = "\(path).terms[\(i)]"
      guard case .array(let pair) = term, pair.count == 2 else {
        throw .malformed(place: place, reason: "expected [input, coefficient]")
      }
      let input = try JSONNumbers.checked { () throws(JSONError) in
        try pair[0].asCount(path: place)
      }
      let coefficient = try numbers.number(pair[1], path: place, allowsExactText: true)
      result.append(LinearRow.Term(input: input, coefficient: coefficient))
    }
    return LinearRow(terms: result, bound: bound)
  }

  private mutating func ball(_ value: JSONValue) throws(ModelFault) -> L1Ball {
    var object = try Self.open(value, "$.ball")
    let center = try list(&object, "center")
    let radius = try numbers.number(
      Self.take(&object, "radius"), path: "$.ball.radius", allowsExactText: true)
    try Self.finish(object)
    return L1Ball(center: center, radius: radius)
  }

  // MARK: Other formats

  /// `{"lo": […], "hi": […]}`; what else stands there describes where the box came from.
  private mutating func box(_ value: JSONValue) throws(ModelFault) -> InputDomain {
    var object = try Self.open(value, "$")
    let lower = try numbers.list(Self.take(&object, "lo"), path: "$.lo")
    let upper = try numbers.list(Self.take(&object, "hi"), path: "$.hi")
    return try .checked(box: Box(lower: lower, upper: upper))
  }

  /// `[{"key": 0, "lower_bound": …, "upper_bound": …}, …]` as `omlt.io.write_input_bounds` writes.
  private mutating func bounds(
    _ entries: [JSONValue], inputCount: Int
  ) throws(ModelFault) -> InputDomain {
    var assembly = IndexedBounds(inputCount: inputCount)
    for (i, entry) in entries.enumerated() {
      let path = "$[\(i)]"
      var object = try Self.open(entry, path)
      let index = try IndexedBounds.index(Self.take(&object, "key"), path: "\(path).key")
      let low = try numbers.number(Self.take(&object, "lower_bound"), path: path)
      let high = try numbers.number(Self.take(&object, "upper_bound"), path: path)
      try Self.finish(object)
      try assembly.add(index, low, high, path: path)
    }
    return try assembly.domain()
  }

  /// `{"0": [lower, upper], …}`; keys may be tuples such as `(0,)` or `0,1`.
  private mutating func bounds(
    _ members: [JSONMember], inputCount: Int
  ) throws(ModelFault) -> InputDomain {
    var assembly = IndexedBounds(inputCount: inputCount)
    for member in members {
      let path = PrintableName.sentence("$.\(member.key)")
      let pair = try numbers.list(member.value, path: path)
      guard pair.count == 2, let index = IndexedBounds.index(member.key) else {
        throw .malformed(
          place: path, reason: "expected an input index with [lower, upper], or \"lo\" and \"hi\"")
      }
      try assembly.add(index, pair[0], pair[1], path: path)
    }
    return try assembly.domain()
  }

  // MARK: Objects

  private static func open(
    _ value: JSONValue, _ path: String
  ) throws(ModelFault) -> JSONObjectReader {
    try JSONNumbers.checked { () throws(JSONError) in try JSONObjectReader(value, path: path) }
  }

  private static func take(
    _ object: inout JSONObjectReader, _ key: String
  ) throws(ModelFault) -> JSONValue {
    try JSONNumbers.checked { () throws(JSONError) in try object.take(key) }
  }

  private static func finish(_ object: JSONObjectReader) throws(ModelFault) {
    try JSONNumbers.checked { () throws(JSONError) in try object.finish() }
  }
}
