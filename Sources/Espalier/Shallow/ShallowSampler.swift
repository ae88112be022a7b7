internal import ExactArithmetic
public import NeuralNetwork

/// Tries a shallow network at random inputs, in doubles: an estimate that decides nothing.
public struct ShallowSampler {
  /// The draws for each wanted point, in domains with rows.
  private static let drawsPerPoint = 50
  /// The share of the error bound from which on a difference counts: doubles lose less than that
  /// in sums of some thousand terms.
  private static let tolerance = 0x1p-36

  private let network: Network
  private let design: ShallowDesign
  private let forms: [[Double]]
  private let maps: [[[Double]]]
  private let reaches: [[Double]]
  private let floors: [Double]
  private let points: [[Double]]

  /// Prepares points of the domain.
  ///
  /// - Parameters:
  ///   - network: The network that the design was made from.
  ///   - count: How many points are wanted; with rows there may be fewer.
  public init(_ design: ShallowDesign, of network: Network, count: Int, seed: UInt64) {
    self.network = network
    self.design = design
    forms = design.forms.map(Self.numbers)
    maps = design.blocks.map { $0.map.map(Self.numbers) }
    reaches = design.reaches.map { $0.map(\.approximation) }
    floors = design.floors.map(\.approximation)
    points = Self.points(of: design.domain, count: count, seed: seed)
  }

  /// What the points say about slabs of a width; nil if there are no points.
  ///
  /// - Parameter goesOn: Asked before every point.
  public func measure(slab: Double, goesOn: () -> Bool = { true }) -> ShallowMeasure? {
    let scale = reaches.joined().max() ?? 0
    var errors: [Double] = []
    var count = 0
    for point in points {
      guard goesOn() else { break }
      count += 1
      guard let outputs = outputs(at: point, slab: slab) else { continue }
      let error = zip(outputs, values(at: point)).map { abs($0 - $1) }.max() ?? 0
      if error > Self.tolerance * scale { errors.append(error) }
    }
    guard count > 0 else { return nil }
    return ShallowMeasure(
      pointCount: count, differingCount: errors.count,
      meanError: errors.isEmpty ? 0 : errors.reduce(0, +) / Double(errors.count),
      largestError: errors.max() ?? 0)
  }

  /// The outputs of the shallow network; nil outside of slabs, where it is exact.
  private func outputs(at point: [Double], slab: Double) -> [Double]? {
    let free = design.freeInputs.map { point[$0] }
    var literals = [Double?](repeating: nil, count: forms.count)
    var isInSlab = false
    var outputs = floors
    for (s, block) in design.blocks.enumerated() {
      var sum = 0.0
      for literal in block.literals where sum > -1 {
        let value =
          literals[literal.form]
          ?? min(max(Self.value(forms[literal.form], at: free) / slab, 0), 1)
        literals[literal.form] = value
        isInSlab = isInSlab || value > 0 && value < 1
        sum += literal.isOn ? value - 1 : -value
      }
      if sum <= -1 { continue }
      for o in outputs.indices {
        let map = Self.value(maps[s][o], at: free)
        outputs[o] += max(0, map - floors[o] + reaches[s][o] * sum)
      }
    }
    return isInSlab ? outputs : nil
  }

  /// The outputs of the original network.
  private func values(at point: [Double]) -> [Double] {
    network.layers.reduce(point) { inputs, layer in
      (0..<layer.unitCount).map { i in
        var sum = layer.biases[i]
        for (weight, input) in zip(layer.weights.row(i), inputs) { sum += weight * input }
        return layer.activations[i] == .relu ? max(0, sum) : sum
      }
    }
  }

  private static func numbers(_ form: AffineForm) -> [Double] {
    form.coefficients.map(\.approximation) + [form.constant.approximation]
  }

  private static func value(_ form: [Double], at point: [Double]) -> Double {
    var sum = form[point.count]
    for (coefficient, input) in zip(form, point) { sum += coefficient * input }
    return sum
  }

  private static func points(of domain: InputDomain, count: Int, seed: UInt64) -> [[Double]] {
    var generator = SeededGenerator(seed: seed)
    var points: [[Double]] = []
    let sides = zip(domain.box.lower, domain.box.upper)
    for _ in 0..<(domain.isBox ? count : count * drawsPerPoint) where points.count < count {
      let point = sides.map { low, high in
        low + (high - low) * Double.random(in: 0...1, using: &generator)
      }
      let isMember = domain.rows.allSatisfy { row in
        row.terms.reduce(0) { $0 + $1.coefficient * point[$1.input] } <= row.bound
      }
      if isMember { points.append(point) }
    }
    return points
  }
}
