//! The losses of one process's choices, class by class: worked out once and looked up.

use crate::{
    losses::joint::{Mark, mark, with_marks},
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
    known: Known,
}

/// Losses by the position of the combination, as far as they have been worked out.
enum Known {
    /// Each at its position; not a number where nothing is known.
    All(Vec<f64>),
    /// Of too many, each with its position at the remainder.
    Last(Vec<(usize, f64)>),
}

/// A choice that is being made.
#[derive(Debug, Clone)]
pub(super) struct Partial {
    /// By class: the position of its combination, and the loss in it.
    classes: Vec<(usize, f64)>,
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
            let known = if size <= MOST {
                Known::All(vec![f64::NAN; size])
            } else {
                // Nothing is known yet but for the first one: no marks, no loss.
                Known::Last(vec![(0, 0.0); MOST])
            };
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
        Partial { classes: vec![(0, 0.0); self.classes.len()], loss: 0.0 }
    }

    /// How much more is lost with this exposure in a slot that has none.
    pub(super) fn more(&mut self, partial: &Partial, slot: usize, exposure: usize) -> f64 {
        self.more_until(partial, slot, exposure, f64::INFINITY)
    }

    /// The same, or if that is at least so much, some part of it that is.
    pub(super) fn more_until(&mut self, partial: &Partial, slot: usize, exposure: usize, enough: f64) -> f64 {
        let mut more = 0.0;
        for &(class, step) in &self.touches[slot][exposure] {
            let (position, loss) = partial.classes[class];
            more += self.classes[class].loss(self.loss, position + step) - loss;
            if more >= enough {
                break;
            }
        }
        more
    }

    /// Chooses an exposure for a slot that has none.
    pub(super) fn choose(&mut self, partial: &mut Partial, slot: usize, exposure: usize) {
        let mut more = 0.0;
        for &(class, step) in &self.touches[slot][exposure] {
            let (position, loss) = &mut partial.classes[class];
            let before = *loss;
            *position += step;
            *loss = self.classes[class].loss(self.loss, *position);
            more += *loss - before;
        }
        partial.loss += more;
    }
}

impl OfClass {
    fn loss(&mut self, loss: &dyn Fn(u32, &[Mark]) -> f64, position: usize) -> f64 {
        match &self.known {
            Known::All(known) if !known[position].is_nan() => return known[position],
            Known::Last(known) if known[position % MOST].0 == position => return known[position % MOST].1,
            _ => {}
        }
        let value = self.worked_out(loss, position);
        match &mut self.known {
            Known::All(known) => known[position] = value,
            Known::Last(known) => known[position % MOST] = (position, value),
        }
        value
    }

    fn worked_out(&self, loss: &dyn Fn(u32, &[Mark]) -> f64, position: usize) -> f64 {
        with_marks(self.marks.len(), |marks| {
            let mut rest = position;
            for (mark, of_slot) in marks.iter_mut().zip(&self.marks) {
                // Most slots have nothing in most classes.
                if of_slot.len() > 1 {
                    *mark = of_slot[rest % of_slot.len()];
                    rest /= of_slot.len();
                }
            }
            loss(self.class, marks)
        })
    }
}
