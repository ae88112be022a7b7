internal import ExactArithmetic
internal import NeuralNetwork

/// Reads a network in the text format of the ACAS Xu networks.
///
/// The network is taken on *normalized* inputs: weights and biases as they stand, without the means
/// and ranges of the header, which describe what happens outside the network. The suggested domain
/// is the header's box in normalized inputs, `(limit - mean) / range`, rounded to doubles. Decimals
/// are read as the nearest doubles. A ReLU follows every layer but the last.
///
/// - Source: https://github.com/sisl/NNet, the description of the `.nnet` format.
struct NNetModel {
  private var tokens: NumberTokens
  private var decimals = InexactDecimals()
  private var plan = LayeredModel(format: .nnet)

  /// Reads the bytes of the file at `path`.
  static func read(_ bytes: [UInt8], path: String) throws(ModelFault) -> ImportedModel {
    var model = NNetModel(tokens: NumberTokens(bytes))
    try model.take(byteCount: bytes.count)
    return try model.plan.imported(FileDigest(path: path, bytes: bytes))
  }

  private init(tokens: NumberTokens) { self.tokens = tokens }

  private mutating func take(byteCount: Int) throws(ModelFault) {
    let layerCount = try count("number of layers", limit: byteCount)
    let inputCount = try count("number of inputs", limit: byteCount)
    let outputCount = try count("number of outputs", limit: byteCount)
    _ = try count("largest layer", limit: byteCount)
    var sizes: [Int] = []
    for _ in 0...layerCount { sizes.append(try count("size of a layer", limit: byteCount)) }
    guard layerCount > 0, sizes.first == inputCount, sizes.last == outputCount else {
      throw .malformed(
        place: "header",
        reason: "expected layers from \(inputCount) inputs to \(outputCount) outputs")
    }
    _ = try numbers(1)
    let lower = try numbers(inputCount)
    let upper = try numbers(inputCount)
    let means = try numbers(inputCount + 1)
    let ranges = try numbers(inputCount + 1)
    for (width, unitCount) in zip(sizes, sizes.dropFirst()) {
      try takeLayer(inputCount: width, unitCount: unitCount, byteCount: byteCount)
    }
    if let extra = try tokens.next() {
      throw .malformed(
        place: "line \(tokens.line)",
        reason: "expected the end of the file, found \(PrintableName(extra))")
    }
    plan.domain = try .checked(
      box: Box(
        lower: try normalized(lower, means, ranges), upper: try normalized(upper, means, ranges)))
    plan.notes =
      decimals.notes + [
        "the network is taken on normalized inputs; means and ranges are not part of it"
      ]
  }

  private mutating func takeLayer(
    inputCount: Int, unitCount: Int, byteCount: Int
  ) throws(ModelFault) {
    let product = inputCount.multipliedReportingOverflow(by: unitCount)
    // Every number takes two bytes at least, so a file cannot ask for more than it brings.
    guard !product.overflow, product.partialValue <= byteCount else {
      throw .malformed(
        place: "line \(tokens.line)", reason: "a layer is larger than the whole file")
    }
    let weights = try numbers(product.partialValue)
    let biases = try numbers(unitCount)
    try plan.append(
      Matrix(rowCount: unitCount, columnCount: inputCount, elements: weights), biases: biases)
  }

  private func normalized(
    _ limits: [Double], _ means: [Double], _ ranges: [Double]
  ) throws(ModelFault) -> [Double] {
    guard ranges.allSatisfy({ $0 > 0 }) else {
      throw .malformed(place: "header", reason: "expected ranges above zero")
    }
    return limits.indices.map { (limits[$0] - means[$0]) / ranges[$0] }
  }

  private mutating func count(_ what: String, limit: Int) throws(ModelFault) -> Int {
    let text = try tokens.next() ?? ""
    guard let value = Int(text), value >= 0, value <= limit else {
      throw .malformed(
        place: "line \(tokens.line)",
        reason: "expected the \(what), found \(PrintableName(text))")
    }
    return value
  }

  private mutating func numbers(_ count: Int) throws(ModelFault) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(count)
    for _ in 0..<count {
      guard let text = try tokens.next() else {
        throw .malformed(place: "line \(tokens.line)", reason: "the file ends too early")
      }
      values.append(try decimals.read(text, place: "line \(tokens.line)"))
    }
    return values
  }
}
