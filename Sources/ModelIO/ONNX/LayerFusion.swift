internal import ExactArithmetic
internal import NeuralNetwork

/// The pass that fuses the nodes of a chain into layers, without rounding anything.
///
/// A scaling or shift joins the product before it, or after it, only if every number of the joined
/// layer is exactly a number of the stored type; otherwise it stays a layer of its own. Products
/// without a ReLU between them stay separate layers.
struct LayerFusion {
  private let scalarType: ScalarType
  private(set) var drafts: [LayerDraft] = []

  /// Fusion with weights of the given type.
  init(scalarType: ScalarType) { self.scalarType = scalarType }

  /// The layers of a whole chain.
  static func drafts(
    of nodes: [LoweredNode], scalarType: ScalarType
  ) throws(ModelFault) -> [LayerDraft] {
    var fusion = LayerFusion(scalarType: scalarType)
    for (position, node) in nodes.enumerated() {
      for step in node.steps { fusion.append(step, position: position, shape: node.shapeBefore) }
    }
    try fusion.checkSize()
    return fusion.drafts
  }

  private mutating func append(_ step: AffineStep, position: Int, shape: DataShape) {
    let last = drafts.count - 1
    switch step {
    case .reshape: break
    case .relu:
      if drafts.isEmpty {
        let zeros = [Double](repeating: 0, count: shape.featureCount)
        drafts.append(LayerDraft(scale: zeros.map { _ in 1 }, shift: zeros, member: position))
      }
      drafts[drafts.count - 1].attachRelu(member: position)
    case .elementwise(let scale, let shift):
      if last < 0
        || !drafts[last].absorb(scale: scale, shift: shift, member: position, in: scalarType)
      {
        drafts.append(LayerDraft(scale: scale, shift: shift, member: position))
      }
    case .product(let product):
      if last < 0 || !drafts[last].absorb(product, member: position, in: scalarType) {
        drafts.append(LayerDraft(product: product, member: position))
      }
    }
  }

  private func checkSize() throws(ModelFault) {
    var count = 0
    for draft in drafts {
      count += draft.elementCount
      guard count <= ModelLimits.networkElements else {
        throw .overLimit(
          place: "weights of the network", limit: ModelLimits.networkElements, found: "more")
      }
    }
  }
}
