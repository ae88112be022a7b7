internal import ExactArithmetic
package import NeuralNetwork
package import StrictJSON

extension InputDomain {
  /// Reads a domain as it stands in a certificate.
  package init(json: JSONValue, path: String) throws(JSONError) {
    var reader = try JSONObjectReader(json, path: path)
    let lower = try reader.takeList("lower", atMost: Int.max, of: Double.init(json:path:))
    let upper = try reader.takeList("upper", atMost: Int.max, of: Double.init(json:path:))
    let rows = try reader.takeList("rows", atMost: Int.max, of: LinearRow.init)
    let ballValue = try reader.take("ball")
    try reader.finish()
    let ball = ballValue == .null ? nil : try L1Ball(json: ballValue, path: "\(path).ball")
    do throws(DomainError) {
      try self.init(box: Box(lower: lower, upper: upper), rows: rows, ball: ball)
    } catch {
      throw JSONError(place: path, reason: error.description)
    }
  }
}

extension L1Ball {
  fileprivate init(json: JSONValue, path: String) throws(JSONError) {
    var reader = try JSONObjectReader(json, path: path)
    self.init(
      center: try reader.takeList("center", atMost: Int.max, of: Double.init(json:path:)),
      radius: try Double(json: reader.take("radius"), path: "\(path).radius"))
    try reader.finish()
  }
}

extension LinearRow {
  fileprivate init(json: JSONValue, path: String) throws(JSONError) {
    var reader = try JSONObjectReader(json, path: path)
    let terms = try reader.takeList("terms", atMost: Int.max) { value, path throws(JSONError) in
      let parts = try value.tuple(2, path: path)
      return Term(
        input: try parts[0].asCount(path: "\(path)[0]"),
        coefficient: try Double(json: parts[1], path: "\(path)[1]"))
    }
    guard zip(terms, terms.dropFirst()).allSatisfy({ $0.input < $1.input }) else {
      throw JSONError(place: "\(path).terms", reason: "expected strictly ascending inputs")
    }
    self.init(terms: terms, bound: try Double(json: reader.take("bound"), path: "\(path).bound"))
    try reader.finish()
  }
}

extension Double {
  /// Reads a value that must be a number of binary64.
  init(json: JSONValue, path: String) throws(JSONError) {
    guard let value = try Dyadic(json: json, path: path).exactly(in: .float64) else {
      throw JSONError(place: path, reason: "expected a number of IEEE binary64")
    }
    self = value
  }
}
