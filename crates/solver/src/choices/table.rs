//! The losses of one process's choices, class by class: worked out once and looked up.

use crate::{
    losses::joint::{Mark, mark},
    options::Touch,
};

/// Combinations of marks in one class that are kept at a time, at most; a prime, so that they spread.
const MOST: usize = 4093;

/// What a process loses by class and combination of marks. Money per year.
pub(super) struct Table<'a> {
    /// The loss in a class with these marks by slot.
    loss: &'a (dyn Fn(u32, &[Mark]) -> f64 + 'a),
    classes: Vec<OfClass>,
    /// By slot and exposure: the classes that do anything, with what their mark adds to the combination's position.
    touches: Vec<Vec<Vec<(usize, usize)>>>,
}

struct OfClass {
    class: u32,
    /// By slot: the marks that occur, none at all first.
    marks: Vec<Vec<Mark>>,
    /// Combinations of marks with their losses, each at its position or, where there are too many, at the remainder.
    known: Vec<(usize, f64)>,
}

/// A choice that is being made: where each class stands, and the loss so far.
#[derive(Debug, Clone)]
pub(super) struct Partial {
    positions: Vec<usize>,
    pub(super) loss: f64,
}

impl<'a> Table<'a> {
    /// The table of a process whose slots have exposures with these touches, of so many classes.
    pub(super) fn new(
        touches: &[Vec<&[Touch]>],
        classes: usize,
        loss: &'a (dyn Fn(u32, &[Mark]) -> f64 + 'a),
    ) -> Self {
        let mut marks: Vec<Vec<Vec<Mark>>> = vec![vec![vec![0]; touches.len()]; classes];
        for (slot, exposures) in touches.iter().enumerate() {
            for touch in exposures.iter().copied().flatten() {
                let known = &mut marks[touch.class as usize][slot];
                if !known.contains(&mark(*touch)) {
                    known.push(mark(*touch));
                }
            }
        }
        // A class that touches nothing has no place in the table.
        let mut places = vec![0; classes];
        let mut of_classes = Vec::new();
        for (class, marks) in (0_u32..).zip(&marks).filter(|(_, marks)| marks.iter().any(|of| of.len() > 1)) {
            places[class as usize] = of_classes.len();
            let size: usize = marks.iter().map(Vec::len).product();
            // Nothing is known yet but for the first one: no marks, no loss.
            let known = vec![(0, 0.0); size.min(MOST)];
            of_classes.push(OfClass { class, marks: marks.clone(), known });
        }
        let step = |slot: usize, touch: &Touch| {
            let marks = &marks[touch.class as usize];
            let stride: usize = marks[..slot].iter().map(Vec::len).product();
            let number = marks[slot].iter().position(|known| *known == mark(*touch)).unwrap_or_default();
            (places[touch.class as usize], number * stride)
        };
        let touches = touches.iter().enumerate().map(|(slot, exposures)| {
            exposures.iter().map(|touches| touches.iter().map(|touch| step(slot, touch)).collect()).collect()
        });
        Self { loss, classes: of_classes, touches: touches.collect() }
    }

    /// Nothing is chosen yet.
    pub(super) fn nothing(&self) -> Partial {
        Partial { positions: vec![0; self.classes.len()], loss: 0.0 }
    }

    /// How much more is lost with this exposure in a slot that has none.
    pub(super) fn more(&mut self, partial: &Partial, slot: usize, exposure: usize) -> f64 {
        let mut more = 0.0;
        for &(class, step) in &self.touches[slot][exposure] {
            let position = partial.positions[class];
            let of = &mut self.classes[class];
            more += of.loss(self.loss, position + step) - of.loss(self.loss, position);
        }
        more
    }

    /// Chooses an exposure for a slot that has none.
    pub(super) fn choose(&mut self, partial: &mut Partial, slot: usize, exposure: usize) {
        partial.loss += self.more(partial, slot, exposure);
        for &(class, step) in &self.touches[slot][exposure] {
            partial.positions[class] += step;
        }
    }
}

impl OfClass {
    fn loss(&mut self, loss: &dyn Fn(u32, &[Mark]) -> f64, position: usize) -> f64 {
        if position == 0 {
            return 0.0;
        }
        let place = position % self.known.len();
        let (known, value) = self.known[place];
        if known == position {
            return value;
        }
        let mut rest = position;
        let mark_of = |marks: &Vec<Mark>| {
            let mark = marks[rest % marks.len()];
            rest /= marks.len();
            mark
        };
        let marks: Vec<Mark> = self.marks.iter().map(mark_of).collect();
        let value = loss(self.class, &marks);
        self.known[place] = (position, value);
        value
    }
}
