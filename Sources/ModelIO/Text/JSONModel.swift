internal import NeuralNetwork
internal import StrictJSON

/// Reads a network from JSON: `{"layers": [{"W": [[…]], "b": […]}, …], "domain": {"lo", "hi"}}`.
///
/// `W` has one row per unit, the domain may be absent, and a ReLU follows every layer but the last.
/// Decimals are read as the nearest doubles; a note says so where that is not exact.
struct JSONModel {
  private var numbers = JSONNumbers()
  private var plan = LayeredModel(format: .json)

  /// Reads the bytes of the file at `path`.
  static func read(_ bytes: [UInt8], path: String) throws(ModelFault) -> ImportedModel {
    let value = try JSONNumbers.checked { () throws(JSONError) in try JSONParser.parse(bytes) }
    var model = JSONModel()
    try model.take(value)
    return try model.plan.imported(FileDigest(path: path, bytes: bytes))
  }

  private mutating func take(_ value: JSONValue) throws(ModelFault) {
    var object = try Self.open(value, "$")
    let layers = try JSONNumbers.checked { () throws(JSONError) in try object.takeArray("layers") }
    let box = object.takeIfPresent("domain")
    try JSONNumbers.checked { () throws(JSONError) in try object.finish() }
    for (k, layer) in layers.enumerated() { try takeLayer(layer, path: "$.layers[\(k)]") }
    if let box {
      var parts = try Self.open(box, "$.domain")
      let lower = try list(&parts, "lo")
      let upper = try list(&parts, "hi")
      try JSONNumbers.checked { () throws(JSONError) in try parts.finish() }
      plan.domain = try .checked(box: Box(lower: lower, upper: upper))
    }
    plan.notes = numbers.notes
  }

  private mutating func takeLayer(_ value: JSONValue, path: String) throws(ModelFault) {
    var object = try Self.open(value, path)
    let rows = try JSONNumbers.checked { () throws(JSONError) in try object.takeArray("W") }
    let biases = try list(&object, "b")
    try JSONNumbers.checked { () throws(JSONError) in try object.finish() }
    var elements: [Double] = []
    var columnCount = 0
    for (i, row) in rows.enumerated() {
      let numbers = try self.numbers.list(row, path: "\(path).W[\(i)]")
      if i == 0 { columnCount = numbers.count }
      guard numbers.count == columnCount else {
        throw .shapeMismatch(
          place: "\(path).W[\(i)]", expected: "\(columnCount) numbers as in the first row",
          found: "\(numbers.count)")
      }
      elements += numbers
    }
    try plan.append(
      Matrix(rowCount: rows.count, columnCount: columnCount, elements: elements), biases: biases)
  }

  private mutating func list(
    _ object: inout JSONObjectReader, _ key: String
  ) throws(ModelFault) -> [Double] {
    let value = try JSONNumbers.checked { () throws(JSONError) in try object.take(key) }
    return try numbers.list(value, path: "\(object.path).\(key)")
  }

  private static func open(
    _ value: JSONValue, _ path: String
  ) throws(ModelFault) -> JSONObjectReader {
    try JSONNumbers.checked { () throws(JSONError) in try JSONObjectReader(value, path: path) }
  }
}
