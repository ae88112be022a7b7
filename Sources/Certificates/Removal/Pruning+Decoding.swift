internal import ExactArithmetic
internal import NeuralNetwork
internal import StrictJSON

extension Pruning {
  /// Reads a pruning as it stands in a document.
  init(json: JSONValue, path: String) throws(JSONError) {
    var reader = try JSONObjectReader(json, path: path)
    rewrites = try reader.takeList("rewrites", atMost: Int.max, of: Rewrite.init)
    kept = try reader.takeList("kept", atMost: Int.max) { value, path throws(JSONError) in
      var reader = try JSONObjectReader(value, path: path)
      let layer = try reader.takeCount("layer")
      let units = try reader.takeCounts("units")
      try reader.finish()
      return KeptLayer(layer: layer, units: units)
    }
    difference = try reader.takeList("difference", atMost: Int.max, of: Dyadic.init(json:path:))
    let bounds = try reader.take("floatDifference")
    floatDifference =
      bounds == .null
      ? nil : try bounds.list(path: "\(path).floatDifference", of: Dyadic.init(json:path:))
    let claim = try reader.take("argmax")
    argmax = claim == .null ? nil : try Argmax(json: claim, path: "\(path).argmax")
    var result = try JSONObjectReader(try reader.take("result"), path: "\(path).result")
    file = try FileDigest(json: result.take("file"), path: "\(path).result.file")
    networkDigest = try result.takeDigest("network")
    try result.finish()
    try reader.finish()
  }
}

extension Pruning.Argmax {
  fileprivate init(json: JSONValue, path: String) throws(JSONError) {
    var reader = try JSONObjectReader(json, path: path)
    outputClass = try reader.takeCount("class")
    leaves = try reader.takeList("leaves", atMost: Int.max) { value, path throws(JSONError) in
      try Leaf(json: value, path: path, mayHaveClaim: false)
    }
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
    case "add-linear":
      self = .addLinear(try reader.takeUnit("unit"), shift: try reader.takeValue("shift"))
    case "substitute": self = .substitute(try Substitution(&reader))
    case "replace-linear": self = .replaceLinear(try LinearReplacement(&reader))
    case "fold-layer": self = .foldLayer(try reader.takeCount("layer"))
    case "make-constant": self = .makeConstant(try reader.takeCount("layer"))
    default: throw JSONError(place: "\(path).rule", reason: "unknown rewrite \"\(rule)\"")
    }
    try reader.finish()
  }
}

extension Substitution {
  /// Takes the members of a substitution.
  fileprivate init(_ reader: inout JSONObjectReader) throws(JSONError) {
    unit = try reader.takeUnit("unit")
    terms = try reader.takeList("by", atMost: Int.max) { value, path throws(JSONError) in
      let parts = try value.tuple(2, path: path)
      return Term(
        index: try parts[0].asCount(path: "\(path)[0]"),
        value: try Dyadic(json: parts[1], path: "\(path)[1]"))
    }
    constant = try reader.takeValue("constant")
  }
}

extension LinearReplacement {
  /// Takes the members of a replacement.
  fileprivate init(_ reader: inout JSONObjectReader) throws(JSONError) {
    layer = try reader.takeCount("layer")
    units = try reader.takeCounts("units")
    form = try Form(json: reader.take("by"), path: "\(reader.path).by")
    shifts = try reader.takeList("shifts", atMost: Int.max, of: Dyadic.init(json:path:))
  }
}

extension LinearReplacement.Form {
  fileprivate init(json: JSONValue, path: String) throws(JSONError) {
    if json == .string("inputs") {
      self = .inputs
      return
    }
    var reader = try JSONObjectReader(json, path: path)
    let rows = try reader.takeCounts("rows")
    let mix = try reader.takeList("mix", atMost: Int.max) { value, path throws(JSONError) in
      let parts = try value.tuple(2, path: path)
      return LinearReplacement.Mix(
        unit: try parts[0].asCount(path: "\(path)[0]"),
        weights: try parts[1].list(path: "\(path)[1]", of: Dyadic.init(json:path:)))
    }
    try reader.finish()
    self = .rows(rows, mix: mix)
  }
}

extension JSONObjectReader {
  /// Takes a list of counts.
  fileprivate mutating func takeCounts(_ name: String) throws(JSONError) -> [Int] {
    try takeList(name, atMost: Int.max) { value, path throws(JSONError) in
      try value.asCount(path: path)
    }
  }
}
