internal import ExactArithmetic
internal import NeuralNetwork

/// A layer while nodes of the chain are still being fused into it.
struct LayerDraft {
  /// The linear part.
  enum Linear {
    /// Each feature by itself.
    case diagonal([Double])
    /// A matrix, stored in the chain's node with this place.
    case dense(Matrix, product: AffineProduct, position: Int)
  }

  private(set) var linear: Linear
  private(set) var biases: [Double]
  private(set) var activation = Activation.identity
  /// The nodes that were fused, as places in the chain.
  private(set) var members: [Int]

  /// A layer that scales and shifts each feature.
  init(scale: [Double], shift: [Double], member: Int) {
    linear = .diagonal(scale)
    biases = shift
    members = [member]
  }

  /// A layer with a matrix.
  init(product: AffineProduct, member: Int) {
    linear = .dense(product.weights, product: product, position: member)
    biases = product.biases ?? Array(repeating: 0, count: product.weights.rowCount)
    members = [member]
  }

  /// Adds `relu`; a second one changes nothing.
  mutating func attachRelu(member: Int) {
    activation = .relu
    if members.last != member { members.append(member) }
  }

  /// Follows the layer by a scaling and shift; false if that would round or a ReLU is between.
  mutating func absorb(
    scale: [Double], shift: [Double], member: Int, in type: ScalarType
  ) -> Bool {
    guard activation == .identity,
      let scaledBiases = ExactFolding.products(scale, biases, in: type),
      let newBiases = ExactFolding.sums(scaledBiases, shift, in: type)
    else { return false }
    switch linear {
    case .diagonal(let factors):
      guard let new = ExactFolding.products(scale, factors, in: type) else { return false }
      linear = .diagonal(new)
    case .dense(let weights, let product, let position):
      guard let new = ExactFolding.scaledRows(weights, by: scale, in: type) else { return false }
      linear = .dense(new, product: product, position: position)
    }
    biases = newBiases
    if members.last != member { members.append(member) }
    return true
  }

  /// Turns a scaling layer into the product that follows it; false if that would round.
  mutating func absorb(_ product: AffineProduct, member: Int, in type: ScalarType) -> Bool {
    guard activation == .identity, case .diagonal(let factors) = linear else { return false }
    let zeros = [Double](repeating: 0, count: product.weights.rowCount)
    guard
      let weights = ExactFolding.scaledColumns(product.weights, by: factors, in: type),
      let newBiases = ExactFolding.image(
        of: biases, under: product.weights, plus: product.biases ?? zeros, in: type)
    else { return false }
    linear = .dense(weights, product: product, position: member)
    biases = newBiases
    members.append(member)
    return true
  }

  /// The number of weights of the finished layer.
  var elementCount: Int {
    switch linear {
    case .diagonal(let factors): factors.count * factors.count
    case .dense(let weights, _, _): weights.elements.count
    }
  }

  /// True if every unit has one input of its own.
  var isElementwise: Bool {
    if case .diagonal = linear { true } else { false }
  }

  /// The finished layer.
  var layer: Layer {
    switch linear {
    case .dense(let weights, _, _):
      return Layer(weights: weights, biases: biases, activation: activation)
    case .diagonal(let factors):
      let count = factors.count
      var elements = [Double](repeating: 0, count: count * count)
      for (i, factor) in factors.enumerated() { elements[i * count + i] = factor }
      let weights = Matrix(rowCount: count, columnCount: count, elements: elements)
      return Layer(weights: weights, biases: biases, activation: activation)
    }
  }
}
