//! Which language a text is in. One file an identifier; all of them fill the column `language`.

pub mod whatlang;
