internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// Proves that one output is larger than all others on the whole domain, with room for what a
/// removal changes.
enum ArgmaxProof {
  /// The claim for the class of some point of the domain, if backward bounds prove it.
  static func find(_ proved: ProofState, differences: [Dyadic]) -> Pruning.Argmax? {
    let network = proved.network.network
    let outputs = network.outputCount
    let top = network.layers.count - 1
    guard outputs > 1, network.layers[top].activations.allSatisfy({ $0 == .identity }) else {
      return nil
    }
    let box = proved.domain.box
    let middle = zip(box.lower, box.upper).map { $0 + ($1 - $0) / 2 }
    let values = network.preactivations(of: BatchMatrix(rows: [middle], columnCount: middle.count))
    guard let best = (0..<outputs).max(by: { values[top][0, $0] < values[top][0, $1] }),
      let leads = network.leads(over: best)
    else { return nil }
    let bounds = BackwardBounds(
      network: leads, domain: proved.domain, intervals: FloatIntervals(proved))
    let targets = (0..<outputs - 1).map { BackwardBounds.Target(unit: $0, side: .upper) }
    let leaves = bounds.leaves(layer: top, targets: targets).map(\.leaf)
    let others = (0..<outputs).filter { $0 != best }
    for (output, leaf) in zip(others, leaves) {
      let lead = try? proved.lead(of: output, over: best, leaf: leaf, at: "$.pruning.argmax")
      guard let lead, (lead + differences[output] + differences[best]).signum < 0 else {
        return nil
      }
    }
    return Pruning.Argmax(outputClass: best, leaves: leaves)
  }
}

extension Network {
  /// The network with the leads of all other outputs over one in the place of the outputs, in
  /// doubles: good for multipliers, and for nothing else.
  fileprivate func leads(over best: Int) -> Network? {
    guard let last = layers.last else { return nil }
    var elements: [Double] = []
    var biases: [Double] = []
    for output in 0..<last.unitCount where output != best {
      elements += zip(last.weights.row(output), last.weights.row(best)).map { $0 - $1 }
      biases.append(last.biases[output] - last.biases[best])
    }
    let matrix = Matrix(
      rowCount: biases.count, columnCount: last.inputCount, elements: elements)
    let top = Layer(weights: matrix, biases: biases, activation: .identity)
    return try? Network(layers: layers.dropLast() + [top], scalarType: .float64)
  }
}
