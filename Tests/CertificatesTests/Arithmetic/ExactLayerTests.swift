import ExactArithmetic
import NeuralNetwork
import TestSupport
import Testing

@testable import Certificates

/// The fast paths of the checker give what plain dyadic arithmetic gives, whatever the numbers.
@Suite struct ExactLayerTests {
  /// How many random layers of each kind, or vectors, each test takes.
  private static let trialCount = 80

  @Test(arguments: NumberKind.allCases) func rangesAreExact(kind: NumberKind) throws {
    var random = RandomNumbers(seed: 71)
    for _ in 0..<Self.trialCount {
      let layer = random.layer(kind)
      let exact = ExactLayer(layer)
      let inputs = random.intervals(count: layer.inputCount)
      try #require(exact.preactivationRanges(over: inputs) == Naive.ranges(layer, inputs))
      let points = inputs.map { Interval($0.lower) }
      try #require(exact.preactivationRanges(over: points) == Naive.ranges(layer, points))
    }
  }

  @Test(arguments: NumberKind.allCases) func combinationsAreExact(kind: NumberKind) throws {
    var random = RandomNumbers(seed: 73)
    for _ in 0..<Self.trialCount { try Naive.compareCombinations(random.layer(kind), &random) }
  }

  /// Values at points of few and of many bits; the former are in integers wherever weights are.
  @Test(arguments: NumberKind.allCases) func preactivationsAreExact(kind: NumberKind) throws {
    var random = RandomNumbers(seed: 83)
    var integerCount = 0
    for _ in 0..<Self.trialCount {
      let layer = random.layer(kind)
      let exact = ExactLayer(layer)
      let long = random.intervals(count: layer.inputCount).map(\.lower)
      let short = long.map { $0.rounded(.down, toBitCount: 20) }
      for point in [long, short, short.map { _ in Dyadic.zero }] {
        let expected = Naive.ranges(layer, point.map { Interval($0) }).map(\.lower)
        guard let scaled = ScaledVector(point), let found = exact.preactivations(scaled) else {
          continue
        }
        integerCount += 1
        try #require(expected.indices.map { found[$0] } == expected)
      }
    }
    print("\(kind): \(integerCount) of \(3 * Self.trialCount) points in integers")
    if kind == NumberKind.allCases.first { #expect(integerCount > Self.trialCount / 2) }
  }

  @Test(arguments: NumberKind.allCases) func rowsAndReplacedNumbersAreExact(
    kind: NumberKind
  ) throws {
    var random = RandomNumbers(seed: 89)
    for _ in 0..<Self.trialCount {
      let layer = random.layer(kind)
      for i in 0..<layer.unitCount {
        let row = ExactLayer(layer).row(i)
        try #require((0..<row.count).map { row[$0] } == layer.weights.row(i).map { Dyadic($0) })
      }
      let numbers = random.intervals(count: 4).map(\.upper)
      for number in numbers + [.zero, .one] {
        let changed = ExactVector(numbers).replacing(2, with: number)
        try #require(
          (0..<4).map { changed[$0] } == [numbers[0], numbers[1], number, numbers[3]])
      }
    }
  }

  /// Numbers of both signs and of up to 400 bits, which is more than the fast path holds.
  @Test func vectorsKeepTheirNumbers() {
    var random = RandomNumbers(seed: 79)
    for _ in 0..<5 * Self.trialCount {
      let numbers = random.intervals(count: 4).map(\.upper)
      for numbers in [numbers, numbers.map(\.magnitude), numbers.map { -$0.magnitude }] {
        let vector = ExactVector(numbers)
        #expect(vector.count == 4)
        #expect((0..<4).map { vector[$0] } == numbers)
      }
    }
    #expect(ScaledVector([]) != nil)
    #expect(ScaledVector([Dyadic.one, Dyadic(0x1p125)]) != nil)
    #expect(ScaledVector([Dyadic.one, Dyadic(-0x1p125)])?.bitCount == 126)
    #expect(ScaledVector([Dyadic.one, Dyadic(0x1p126)]) == nil)
  }
}

/// The formulas, number by number.
enum Naive {
  static func ranges(_ layer: Layer, _ inputs: [Interval]) -> [Interval] {
    (0..<layer.unitCount).map { i in
      var (low, high) = (Dyadic(layer.biases[i]), Dyadic(layer.biases[i]))
      for (weight, input) in zip(layer.weights.row(i), inputs) {
        let ends = [Dyadic(weight) * input.lower, Dyadic(weight) * input.upper]
        low += min(ends[0], ends[1])
        high += max(ends[0], ends[1])
      }
      return Interval(low, high)
    }
  }

  /// The sum of one layer is the multiplier of the next, so the bits grow.
  static func compareCombinations(_ layer: Layer, _ random: inout RandomNumbers) throws {
    let multipliers = random.intervals(count: layer.unitCount).map(\.upper)
    let exact = ExactLayer(layer)
    let found = exact.combination(ExactVector(multipliers))
    let expected = combination(layer, multipliers)
    try #require((0..<found.count).map { found[$0] } == expected)
    guard layer.inputCount == layer.unitCount else { return }
    let again = exact.combination(found)
    try #require((0..<again.count).map { again[$0] } == combination(layer, expected))
  }

  static func combination(_ layer: Layer, _ multipliers: [Dyadic]) -> [Dyadic] {
    (0..<layer.inputCount).map { j in
      multipliers.indices.reduce(Dyadic.zero) {
        $0 + multipliers[$1] * Dyadic(layer.weights[$1, j])
      }
    }
  }
}

/// What the weights of a layer look like.
enum NumberKind: CaseIterable, Sendable {
  case integers, uniform, huge, tiny, subnormal, sixtyBits, mixed, zero
}

/// Random layers and exact intervals of every size.
struct RandomNumbers {
  var generator: SplitMix64

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  mutating func weight(_ kind: NumberKind) -> Double {
    let sign = Bool.random(using: &generator) ? 1.0 : -1.0
    let unit = Double.random(in: 0.5...1, using: &generator)
    switch kind {
    case .integers: return Double(Int.random(in: -20...20, using: &generator))
    case .uniform: return sign * unit
    case .huge: return sign * unit * 0x1p600
    case .tiny: return sign * unit * 0x1p-600
    case .subnormal: return sign * Double(bitPattern: .random(in: 0..<1 << 52, using: &generator))
    case .sixtyBits:
      let power = -Int.random(in: 0...60, using: &generator)
      return sign * unit * Double(sign: .plus, exponent: power, significand: 1)
    case .mixed:
      let kinds: [NumberKind] = [.integers, .uniform, .huge, .tiny, .subnormal, .zero]
      return weight(kinds.randomElement(using: &generator) ?? .zero)
    case .zero: return 0
    }
  }

  mutating func layer(_ kind: NumberKind) -> Layer {
    let columnCount = Int.random(in: 1...6, using: &generator)
    let rowCount = Int.random(in: 1...6, using: &generator)
    let rows = (0..<rowCount).map { _ in (0..<columnCount).map { _ in weight(kind) } }
    let biases = (0..<rowCount).map { _ in weight(kind) }
    return Layer(weights: Matrix(rows: rows), biases: biases, activation: .relu)
  }

  mutating func intervals(count: Int) -> [Interval] {
    let bits =
      [3, 20, 53, 63, 64, 65, 110, 126, 127, 190, 400]
      .randomElement(using: &generator) ?? 53
    let spread = [0, 1, 9, 40, 70, 500].randomElement(using: &generator) ?? 0
    return (0..<count).map { _ in
      let (a, b) = (number(bits: bits, spread: spread), number(bits: bits, spread: spread))
      return Interval(min(a, b), max(a, b))
    }
  }

  mutating func number(bits: Int, spread: Int) -> Dyadic {
    if Int.random(in: 0..<8, using: &generator) == 0 { return .zero }
    var number = Dyadic(Int.random(in: -1...1, using: &generator))
    for _ in 0..<(bits + 29) / 30 {
      let digit = Int.random(in: 0..<1 << 30, using: &generator)
      number = number.scaled(byPowerOfTwo: 30) + Dyadic(digit)
    }
    let power = -Int.random(in: 0...spread, using: &generator)
    return (Bool.random(using: &generator) ? number : -number)
      .rounded(.down, toBitCount: bits).scaled(byPowerOfTwo: power)
  }
}
