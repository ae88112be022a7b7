internal import BigInt
internal import NeuralNetwork

/// How many units and parameters a shallow network has.
///
/// Kept as text as well, because formulas give numbers that no machine word holds.
public struct ShallowSize: Hashable, Sendable {
  /// Units of the first hidden layer.
  public let first: String
  /// Units of the second hidden layer.
  public let second: String
  /// Weights and biases of all layers.
  public let parameters: String
  /// The parameters, if they fit a machine word.
  let parameterCount: Int?
  /// The units as decimal digits, and the parameters.
  let digits: [String]

  /// The size of a network with two hidden layers.
  init(inputs: Int, first: BigInt, second: BigInt, outputs: Int) {
    self.init(
      first, second,
      parameters: first * BigInt(inputs + 1) + second * (first + 1)
        + BigInt(outputs) * (second + 1))
  }

  /// The size of one affine map.
  init(inputs: Int, outputs: Int) {
    self.init(0, 0, parameters: BigInt(outputs) * BigInt(inputs + 1))
  }

  private init(_ first: BigInt, _ second: BigInt, parameters: BigInt) {
    self.first = Self.text(first)
    self.second = Self.text(second)
    self.parameters = Self.text(parameters)
    parameterCount = Int(exactly: parameters)
    digits = [first, second, parameters].map { String($0) }
  }

  /// The formula for regions: `N1 ≤ n0 + 2 (R2 - 1)` and `N2 = m R2`.
  ///
  /// There is one pair of units for each cut of the region tree, and `R2 - 1` cuts.
  static func formula(inputs: Int, regions: Int, outputs: Int) -> ShallowSize {
    ShallowSize(
      inputs: inputs, first: BigInt(inputs) + 2 * BigInt(regions - 1),
      second: BigInt(outputs) * BigInt(regions), outputs: outputs)
  }

  /// The formula for all patterns, with `u_k` open units in layer `k`: `N2 = m 2^(u_0 + u_1 + …)`
  /// and `N1 = n0 + 2 Σ_k u_k 2^(u_0 + … + u_(k-1))`, as a unit has one form for each pattern of
  /// the layers below.
  static func formula(inputs: Int, openCounts: [Int], outputs: Int) -> ShallowSize {
    var patterns = BigInt(1)
    var forms = BigInt(0)
    for count in openCounts {
      forms += BigInt(count) * patterns
      patterns <<= count
    }
    return ShallowSize(
      inputs: inputs, first: BigInt(inputs) + 2 * forms, second: BigInt(outputs) * patterns,
      outputs: outputs)
  }

  /// Digits in groups, or for long numbers about how large they are.
  private static func text(_ value: BigInt) -> String {
    if let small = Int(exactly: value), small.magnitude < 1_000_000_000_000_000 {
      return ShortNumber.grouped(small)
    }
    let digits = String(value)
    return "\(digits.prefix(1)).\(digits.dropFirst().prefix(2))e\(digits.utf8.count - 1)"
  }
}
