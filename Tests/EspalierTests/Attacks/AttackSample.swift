import NeuralNetwork
import TestSupport

/// A small random network with a domain, both from one seed.
///
/// Integer networks are full of ties and dead units, Gaussian ones of numbers that no two sums
/// round alike. The domain is a box with some sides of length 0, perhaps cut by rows or a ball
/// around a point that it holds.
struct AttackSample {
  let seed: UInt64
  let network: Network
  let domain: InputDomain
  /// True if all weights are halves of small integers, so that shifts of the domain are exact.
  let isInteger: Bool
  /// The generator after network and domain, for further choices.
  var generator: SplitMix64

  /// The most hidden units, so that all cells can be enumerated.
  static let maximumUnitCount = AttackScale.count(inTests: 9, inAttack: 12)

  /// The sample of a seed.
  init(seed: UInt64) throws {
    self.seed = seed
    generator = SplitMix64(seed: seed &* 0x9E37_79B9)
    isInteger = Bool.random(using: &generator)
    let inputCount = Int.random(in: 1...4, using: &generator)
    let hiddenCount = Int.random(in: 1...3, using: &generator)
    var widths: [Int] = []
    var left = Self.maximumUnitCount
    for k in 0..<hiddenCount {
      let most = min(6, left - (hiddenCount - 1 - k))
      widths.append(Int.random(in: 1...most, using: &generator))
      left -= widths[k]
    }
    widths.append(1)
    var layers: [Layer] = []
    var width = inputCount
    for (k, count) in widths.enumerated() {
      let numbers = Self.numbers(count * (width + 1), isInteger, &generator)
      layers.append(
        Layer(
          weights: Matrix(
            rowCount: count, columnCount: width, elements: Array(numbers.dropLast(count))),
          biases: Array(numbers.suffix(count)),
          activation: k == hiddenCount ? .identity : .relu))
      width = count
    }
    network = try Network(layers: layers, scalarType: .float32)
    domain = try Self.domain(inputCount, &generator)
  }

  /// Small integers with halves, or Gaussian numbers of float32.
  private static func numbers(
    _ count: Int, _ isInteger: Bool, _ generator: inout SplitMix64
  ) -> [Double] {
    (0..<count).map { _ in
      if isInteger { return Double(Int.random(in: -4...4, using: &generator)) / 2 }
      // Twelve uniform numbers make a Gaussian one, near enough.
      let sum = (0..<12).reduce(-6.0) { sum, _ in
        sum + Double.random(in: 0..<1, using: &generator)
      }
      return Double(Float(sum))
    }
  }

  private static func domain(
    _ count: Int, _ generator: inout SplitMix64
  ) throws -> InputDomain {
    let center = (0..<count).map { _ in Double(Int.random(in: -4...4, using: &generator)) / 4 }
    let reach = (0..<count).map { _ in
      max(0, Double(Int.random(in: -1...8, using: &generator)) / 4)
    }
    let box = Box(
      lower: zip(center, reach).map { $0 - $1 }, upper: zip(center, reach).map { $0 + $1 })
    var rows: [LinearRow] = []
    var ball: L1Ball?
    switch Int.random(in: 0..<4, using: &generator) {
    case 0:
      for _ in 0..<Int.random(in: 1...2, using: &generator) {
        let terms = (0..<count).map {
          LinearRow.Term(
            input: $0, coefficient: Double(Int.random(in: -2...2, using: &generator)))
        }
        let middle = terms.reduce(0) { $0 + $1.coefficient * center[$1.input] }
        rows.append(
          LinearRow(
            terms: terms, bound: middle + Double(Int.random(in: 0...4, using: &generator)) / 4))
      }
    case 1:
      ball = L1Ball(
        center: center.map { $0 + Double(Int.random(in: -1...1, using: &generator)) / 8 },
        radius: 0.5 + Double(Int.random(in: 0...4, using: &generator)) / 4)
    default: break
    }
    return try InputDomain(box: box, rows: rows, ball: ball)
  }
}
