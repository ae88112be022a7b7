/// A unit that cuts a cell off, with all cuts before it: a list that branches share.
final class Cut: Sendable {
  let previous: Cut?
  let forms: LayerForms
  /// The row of the forms, and so of the layer of the part's network.
  let row: Int
  /// The layer of the part's network.
  let layer: Int
  /// The place of the unit among the open ones.
  let position: Int
  /// True if the cell lies where the unit is on.
  let isOn: Bool
  /// How many cuts there are.
  let count: Int

  init(
    _ previous: Cut?, forms: LayerForms, row: Int, layer: Int, position: Int, isOn: Bool
  ) {
    self.previous = previous
    self.forms = forms
    self.row = row
    self.layer = layer
    self.position = position
    self.isOn = isOn
    count = (previous?.count ?? 0) + 1
  }

  /// This cut and those before it, the last first.
  var all: [Cut] { Array(sequence(first: self, next: \.previous)) }
}
