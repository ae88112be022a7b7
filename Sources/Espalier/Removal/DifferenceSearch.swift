internal import Certificates
public import ExactArithmetic
public import NeuralNetwork

/// The largest differences between two networks that a search has seen.
public struct SeenDifference: Sendable {
  /// One per output: exact, at the input where it was seen.
  public let differences: [Dyadic]
  /// How many inputs were tried.
  public let inputCount: Int

  /// The largest of all outputs.
  public var largest: Dyadic { differences.max() ?? .zero }
}

/// Looks for inputs on which two networks differ: samples, then climbs along the gradient of the
/// difference of each output; what is reported was evaluated exactly.
public struct DifferenceSearch {
  private let networks: (Network, Network)
  private let domain: InputDomain
  private let seed: UInt64
  private static let sampleCount = 512
  private static let climbSteps = 8

  /// A search between two networks with the same inputs and outputs.
  public init(_ first: Network, _ second: Network, domain: InputDomain, seed: UInt64) {
    networks = (first, second)
    self.domain = domain
    self.seed = seed
  }

  /// The largest differences seen.
  ///
  /// - Parameter member: A point of the domain; needed if it has rows or a ball.
  public func largest(around member: [Dyadic]?) -> SeenDifference {
    let sampler = DomainSampler(
      domain: domain, type: networks.0.scalarType, member: member?.map(\.approximation))
    var generator = SeededGenerator(seed: seed)
    var best = Best(outputCount: networks.0.outputCount)
    add(sampler.random(count: Self.sampleCount, using: &generator), to: &best)
    for step in 0..<Self.climbSteps { climb(step: step, sampler, &best) }
    return SeenDifference(
      differences: best.points.enumerated().map { output, point in
        point.map { exactDifference(of: output, at: $0) } ?? .zero
      }, inputCount: best.inputCount)
  }

  /// For each output the input with the largest difference so far.
  private struct Best {
    var values: [Double]
    var points: [[Double]?]
    var inputCount = 0

    init(outputCount: Int) {
      values = Array(repeating: -1, count: outputCount)
      points = Array(repeating: nil, count: outputCount)
    }
  }

  private func add(_ points: [[Double]], to best: inout Best) {
    let batch = BatchMatrix(rows: points, columnCount: networks.0.inputCount)
    let outputs = [networks.0, networks.1].map { $0.outputs(of: batch) }
    best.inputCount += points.count
    for output in best.values.indices {
      for row in points.indices {
        let difference = abs(outputs[0][row, output] - outputs[1][row, output])
        if difference > best.values[output] {
          best.values[output] = difference
          best.points[output] = points[row]
        }
      }
    }
  }

  /// One step from the best input of each output, both ways.
  private func climb(step: Int, _ sampler: DomainSampler, _ best: inout Best) {
    let outputs = best.points.indices.filter { best.points[$0] != nil }
    let starts = outputs.flatMap { [best.points[$0] ?? [], best.points[$0] ?? []] }
    let batch = BatchMatrix(rows: starts, columnCount: networks.0.inputCount)
    let gradients = [networks.0, networks.1].map { network in
      network.gradients(
        layer: network.layers.count - 1,
        targets: outputs.flatMap { [($0, 1.0), ($0, -1.0)] },
        values: network.preactivations(of: batch))
    }
    let share = 1 / Double(1 + step)
    let widths = sampler.widths
    add(
      starts.enumerated().map { row, start in
        sampler.admit(
          start.indices.map { t in
            let slope = gradients[0][row, t] - gradients[1][row, t]
            return slope == 0 ? start[t] : start[t] + (slope > 0 ? 1 : -1) * share * widths[t]
          })
      }, to: &best)
  }

  private func exactDifference(of output: Int, at point: [Double]) -> Dyadic {
    let values = [networks.0, networks.1].map { network in
      let place = point.map { Dyadic($0) }
      let value = ExactNetwork(network).preactivations(at: place).last?[output] ?? .zero
      return network.layers.last?.activations[output] == .relu ? max(value, .zero) : value
    }
    return (values[0] - values[1]).magnitude
  }
}

extension Network {
  /// The outputs for a batch of inputs, in plain doubles.
  fileprivate func outputs(of inputs: BatchMatrix) -> BatchMatrix {
    guard var values = preactivations(of: inputs).last, let last = layers.last else {
      return inputs
    }
    for (j, activation) in last.activations.enumerated() where activation == .relu {
      for i in 0..<values.rowCount where values[i, j] < 0 { values[i, j] = 0 }
    }
    return values
  }
}
