/// A node on the chain with what it does and the shapes around it.
struct LoweredNode {
  /// The node and its data input.
  let link: GraphChain.Link
  /// What it does: one step for nearly all, two for a scaled product.
  let steps: [AffineStep]
  /// The shape that comes in.
  let shapeBefore: DataShape
  /// The shape that goes out.
  let shapeAfter: DataShape
}
