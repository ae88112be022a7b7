internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// The inputs at which two networks differ most so far, with the differences in exact numbers.
///
/// The two networks are evaluated as they were read: nothing that was merged or proved counts here.
struct DifferenceBook {
  /// A difference of one output with the input that shows it.
  struct Entry {
    /// `first - second`.
    let difference: Dyadic
    let point: [Dyadic]
  }

  let first: ExactNetwork
  let second: ExactNetwork
  let domain: InputDomain
  /// The entry with the largest absolute difference, per output.
  private(set) var best: [Entry?]

  init(first: ExactNetwork, second: ExactNetwork, domain: InputDomain) {
    self.first = first
    self.second = second
    self.domain = domain
    best = Array(repeating: nil, count: first.network.outputCount)
  }

  /// The largest absolute difference that is shown of an output; zero if none is.
  func size(_ output: Int) -> Dyadic { best[output]?.difference.magnitude ?? .zero }

  /// Evaluates an input of the domain exactly; one outside changes nothing.
  mutating func confirm(_ point: [Dyadic]) {
    guard point.count == domain.inputCount, domain.violation(at: point) == nil else { return }
    let differences = zip(first.outputs(at: point), second.outputs(at: point)).map { $0 - $1 }
    for (output, difference) in differences.enumerated()
    where best[output].map({ difference.magnitude > $0.difference.magnitude }) ?? true {
      best[output] = Entry(difference: difference, point: point)
    }
  }
}

extension ExactNetwork {
  /// The outputs at a point, exactly.
  func outputs(at point: [Dyadic]) -> [Dyadic] {
    let last = network.layers.count - 1
    return zip(preactivations(at: point)[last], network.layers[last].activations).map {
      $1 == .relu ? max($0, .zero) : $0
    }
  }
}
