internal import ExactArithmetic
internal import NeuralNetwork
internal import StrictJSON

extension Verdict {
  init(json: JSONValue, path: String) throws(JSONError) {
    var reader = try JSONObjectReader(json, path: path)
    unit = try reader.takeUnit("unit")
    let name = try reader.takeString("stability")
    guard let stability = Stability(rawValue: name) else {
      throw JSONError(place: "\(path).stability", reason: "unknown stability \"\(name)\"")
    }
    self.stability = stability
    let lower = try reader.takeValue("lower")
    let upper = try reader.takeValue("upper")
    guard lower <= upper else {
      throw JSONError(place: path, reason: "expected lower ≤ upper, found \(lower) and \(upper)")
    }
    bounds = Interval(lower, upper)
    settledBy = try reader.takeString("settledBy")
    constant = try reader.takeIfPresent("constant").map { value throws(JSONError) in
      try Dyadic(json: value, path: "\(path).constant")
    }
    positive = try reader.takeIfPresent("positive")?.asCount(path: "\(path).positive")
    negative = try reader.takeIfPresent("negative")?.asCount(path: "\(path).negative")
    limit = try reader.takeIfPresent("limit")?.asString(path: "\(path).limit")
    let promise = reader.takeIfPresent("floatSafe")
    guard promise == nil || promise == .bool(true) else {
      throw JSONError(place: "\(path).floatSafe", reason: "expected true, or no such member")
    }
    floatSafe = promise != nil
    try reader.finish()
    try checkMembers(path: path)
  }

  /// True if the verdict has the members of its kind and no others.
  var hasItsMembers: Bool {
    let isStable = stability == .stablyInactive || stability == .stablyActive
    return (isStable || constant == nil && !floatSafe)
      && (!isStable || positive == nil && negative == nil)
      && (stability != .unstable || positive != nil && negative != nil)
      && (stability == .undecided) == (limit != nil)
  }

  private func checkMembers(path: String) throws(JSONError) {
    guard hasItsMembers else {
      throw JSONError(
        place: path, reason: "its members are not those of a verdict \"\(stability.rawValue)\"")
    }
  }
}
