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

extension Pruning {
  init(json: JSONValue, path: String) throws(JSONError) {
    var reader = try JSONObjectReader(json, path: path)
    rewrites = try reader.takeList("rewrites", atMost: Int.max, of: Rewrite.init)
    kept = try reader.takeList("kept", atMost: Int.max) { value, path throws(JSONError) in
      var reader = try JSONObjectReader(value, path: path)
      let layer = try reader.takeCount("layer")
      let units = try reader.takeList("units", atMost: Int.max) { value, path throws(JSONError) in
        try value.asCount(path: path)
      }
      try reader.finish()
      return KeptLayer(layer: layer, units: units)
    }
    difference = try reader.takeList("difference", atMost: Int.max, of: Dyadic.init(json:path:))
    var result = try JSONObjectReader(try reader.take("result"), path: "\(path).result")
    file = try FileDigest(json: result.take("file"), path: "\(path).result.file")
    networkDigest = try result.takeDigest("network")
    try result.finish()
    try reader.finish()
  }
}

extension Rewrite {
  fileprivate init(json: JSONValue, path: String) throws(JSONError) {
    var reader = try JSONObjectReader(json, path: path)
    let rule = try reader.takeString("rule")
    switch rule {
    case "remove-inactive": self = .removeInactive(try reader.takeUnit("unit"))
    case "fold-constant": self = .foldConstant(try reader.takeUnit("unit"))
    case "remove-unread": self = .removeUnread(try reader.takeUnit("unit"))
    case "fold-layer": self = .foldLayer(try reader.takeCount("layer"))
    case "make-constant": self = .makeConstant(try reader.takeCount("layer"))
    default: throw JSONError(place: "\(path).rule", reason: "unknown rewrite \"\(rule)\"")
    }
    try reader.finish()
  }
}
